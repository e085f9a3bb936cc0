<?php
declare(strict_types=1);

namespace WHMCS\Module\Server\Cronsole;

/** cronsole has understood, and says no: nothing was done, and the same again would be refused again. */
final class Refusal extends Trouble
{
	/** @param string[] $problems */
	public static function of(array $error, array $problems): self
	{
		$text = $problems === [] ? (string) ($error['message'] ?? 'refused without a reason') : implode('; ', $problems);
		$hint = (string) ($error['hint'] ?? '');
		return new self($hint === '' ? $text : "{$text}. " . ucfirst($hint));
	}
}
