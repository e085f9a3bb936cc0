<?php
declare(strict_types=1);

namespace Cronsole;

/** The operator's settings: an INI file. */
final class Config
{
	private const defaults = [
		'root' => '',
		'owner' => '',
		'group' => '',
		'systemUsers' => 'no',
		'archiveDays' => '7',
		'scheme' => '',
	];

	/** @param array<string, string|array<string, string>> $values */
	private function __construct(private readonly array $values, private readonly string $file)
	{
	}

	/** @param array<string, string|array> $ofRecipe The recipe's own keys with their defaults. */
	public static function read(string $file, array $ofRecipe): self
	{
		if (!is_file($file)) {
			throw new Later("no config file {$file}");
		}

		if ((fileperms($file) & 0022) !== 0) {
			throw new Later("{$file} may be written by others than its owner: chmod go-w {$file}");
		}

		$known = [...self::defaults, ...$ofRecipe];
		$found = parse_ini_file($file, false, INI_SCANNER_RAW) ?: [];
		foreach ($found as $key => $value) {
			if (!array_key_exists($key, $known) || is_array($value) !== is_array($known[$key])) {
				throw new Later("{$file}: {$key} is unknown or has the wrong form");
			}
		}

		$config = new self([...$known, ...$found], $file);
		$config->verify();
		return $config;
	}

	public function text(string $key): string
	{
		return $this->values[$key];
	}

	/** @return array<string, string> */
	public function table(string $key): array
	{
		return $this->values[$key];
	}

	public function path(string $key): string
	{
		$path = rtrim($this->values[$key], '/');
		if (!preg_match("~^(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)+$~D", $path)) {
			throw new Later("{$this->file}: {$key} must be an absolute path of letters, digits and .-_");
		}

		return $path;
	}

	public function isOn(string $key): bool
	{
		return in_array(strtolower($this->values[$key]), ['yes', 'on', 'true', '1'], true);
	}

	/** A system user for each account: only root can make them. */
	public function hasSystemUsers(): bool
	{
		return $this->isOn('systemUsers') && posix_geteuid() === 0;
	}

	public function owner(string $account): Owner
	{
		if (posix_geteuid() !== 0) {
			return new Owner(null, null);
		}

		$user = $this->hasSystemUsers() ? $account : ($this->text('owner') ?: null);
		return new Owner($user, $this->text('group') ?: null);
	}

	private function verify(): void
	{
		if (!isRealFolder($this->path('root'))) {
			throw new Later("{$this->file}: root {$this->path('root')} is no folder");
		}

		if ((fileperms($this->path('root')) & 0002) !== 0) {
			throw new Later("{$this->file}: everybody may write in root {$this->path('root')}");
		}

		if (!in_array($this->text('scheme'), ['', 'http', 'https'], true)) {
			throw new Later("{$this->file}: scheme is http, https or empty");
		}

		if (!preg_match('/^[1-9][0-9]{0,3}$/', $this->text('archiveDays'))) {
			throw new Later("{$this->file}: archiveDays is a number of days");
		}

		foreach (['owner' => 'posix_getpwnam', 'group' => 'posix_getgrnam'] as $key => $find) {
			if ($this->text($key) !== '' && $find($this->text($key)) === false) {
				throw new Later("{$this->file}: there is no {$key} {$this->text($key)} here");
			}
		}
	}
}
