<?php
declare(strict_types=1);

namespace Cronsole;

/** What cronsole asks, checked: nothing in it leads out of the web root. */
final class Request
{
	public const actions = ['create-account', 'install', 'inspect', 'archive', 'remove-install', 'suspend', 'unsuspend', 'terminate', 'package'];

	private function __construct(
		public readonly string $action,
		public readonly string $job,
		public readonly string $account,
		public readonly string $domain,
		public readonly ?string $plan,
		/** Null where cronsole does not say it. */
		public readonly ?string $application,
		private readonly array $site,
	) {
	}

	public static function parse(string $text): self
	{
		$asked = json_decode($text, true, 16);
		if (!is_array($asked) || ($asked['v'] ?? null) !== 1) {
			throw new Refused('the request is not one JSON object with "v": 1');
		}

		$account = self::part($asked, 'account');
		$site = self::part($asked, 'site');
		$domain = strtolower(self::matching($account, 'domain', '/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/Di'));
		if (is_string($site['domain'] ?? null) && strtolower($site['domain']) !== $domain) {
			throw new Refused("site.domain is not account.domain: an account has one site, that of {$domain}");
		}

		$action = $asked['action'] ?? null;
		if (!in_array($action, self::actions, true)) {
			throw new Refused('action is none of ' . implode(', ', self::actions));
		}

		return new self(
			$action,
			self::matching($asked, 'job', '/^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/D'),
			self::matching($account, 'name', '/^[a-z][a-z0-9_-]{0,27}$/D'),
			$domain,
			isset($account['plan']) ? self::line($account, 'plan', 100) : null,
			isset($site['application']) ? self::matching($site, 'application', '/^[a-z][a-z0-9-]{0,31}$/D') : null,
			$site,
		);
	}

	public function title(): string
	{
		return self::line($this->site, 'title', 200);
	}

	public function adminUser(): string
	{
		return self::matching($this->site, 'adminUser', '/^[A-Za-z0-9][A-Za-z0-9._@-]{0,59}$/D');
	}

	public function adminEmail(): string
	{
		$email = self::line($this->site, 'adminEmail', 100);
		if (filter_var($email, FILTER_VALIDATE_EMAIL) === false) {
			throw new Refused('site.adminEmail is no e-mail address');
		}

		return $email;
	}

	public function adminPassword(): string
	{
		$password = self::line($this->site, 'adminPassword', 200);
		if ($password !== trim($password) || strpbrk($password, '\'"\\') !== false) {
			throw new Refused('site.adminPassword begins or ends with a space or holds a quote or a backslash: WordPress would not know it again');
		}

		return $password;
	}

	/** The front page, without a slash at its end; a server that has a certificate for every domain may want another scheme than it is asked for. */
	public function url(Config $config): string
	{
		$url = self::line($this->site, 'url', 300);
		if (!preg_match('~^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._\~-]+)*/?$~D', $url)) {
			throw new Refused('site.url is no http address');
		}

		$scheme = $config->text('scheme');
		$isByDomain = strcasecmp(rtrim(explode('://', $url)[1], '/'), $this->domain) === 0;
		return rtrim($scheme !== '' && $isByDomain ? "{$scheme}://{$this->domain}" : $url, '/');
	}

	private static function part(array $whole, string $key): array
	{
		return is_array($whole[$key] ?? null) ? $whole[$key] : throw new Refused("{$key} is missing");
	}

	private static function matching(array $part, string $key, string $pattern): string
	{
		$text = $part[$key] ?? null;
		return is_string($text) && preg_match($pattern, $text) ? $text : throw new Refused("{$key} is missing or has a form that is not accepted here");
	}

	/** One line of text. */
	private static function line(array $part, string $key, int $length): string
	{
		return self::matching($part, $key, "/^[^\\x00-\\x1f\\x7f]{1,{$length}}$/Du");
	}
}
