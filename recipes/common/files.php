<?php
declare(strict_types=1);

namespace Cronsole;

use RuntimeException;

/** It will never be accepted: exit 65. */
final class Refused extends RuntimeException
{
}

/** It may go better later: exit 75. */
final class Later extends RuntimeException
{
}

/** Every warning is a failure: a disk that is full shows itself nowhere else. */
function beStrict(): void
{
	set_error_handler(static function (int $level, string $text): bool {
		if ((error_reporting() & $level) === 0) {
			return false;
		}

		throw new Later($text);
	});
	umask(0077);
}

/** Who owns a site's files; null: whoever runs the recipe. */
final class Owner
{
	public function __construct(public readonly ?string $user, public readonly ?string $group)
	{
	}

	public function take(string $path): void
	{
		if ($this->user !== null) {
			lchown($path, $this->user);
		}

		if ($this->group !== null) {
			lchgrp($path, $this->group);
		}
	}

	public function takeTree(string $folder): void
	{
		$whom = ($this->user ?? '') . ($this->group === null ? '' : ":{$this->group}");
		if ($whom !== '') {
			run(['chown', '-R', '-h', '-P', $whom, '--', $folder]);
		}
	}
}

/** Files are written beside their place and moved there whole. */
function writeFile(string $path, string $text, int $mode, ?Owner $owner = null): void
{
	$temporary = newName($path);
	$file = fopen($temporary, 'xe');
	if (fwrite($file, $text) !== strlen($text) || !fflush($file) || !fsync($file)) {
		throw new Later("cannot write {$path}");
	}

	fclose($file);
	chmod($temporary, $mode);
	$owner?->take($temporary);
	rename($temporary, $path);
}

/** The name of something that is not in its place yet; `removeLeftovers` knows it. */
function newName(string $path): string
{
	return "{$path}.new-" . bin2hex(random_bytes(6));
}

/** What earlier runs left that were killed. Only under the lock of whom it belongs to. */
function removeLeftovers(string $pattern): void
{
	foreach (glob("{$pattern}.new-*") ?: [] as $left) {
		removeTree($left);
	}
}

/** `rm` goes down by file descriptors: a link that somebody puts there meanwhile leads nowhere. */
function removeTree(string $path): void
{
	run(['rm', '-rf', '--one-file-system', '--', $path]);
}

function isThere(string $path): bool
{
	return is_link($path) || file_exists($path);
}

/** A folder that is none by a link: whoever put a link there wants us somewhere else. */
function isRealFolder(string $path): bool
{
	return is_dir($path) && !is_link($path);
}

function isEmptyFolder(string $path): bool
{
	return count(scandir($path)) === 2;
}

function makeFolder(string $path, int $mode): void
{
	if (is_link($path)) {
		throw new Refused("{$path} is a link; nothing was done");
	}

	if (!is_dir($path)) {
		@mkdir($path, 0700);
	}

	if ((fileperms($path) & 07777) !== $mode) {
		chmod($path, $mode);
	}
}

/** The tree with what its links lead to; links that lead nowhere and the named files are left out. */
function copyTree(string $from, string $to, array $without = []): void
{
	makeFolder($to, 0755);
	foreach (scandir($from) as $name) {
		$source = "{$from}/{$name}";
		if ($name === '.' || $name === '..' || in_array($name, $without, true) || !file_exists($source)) {
			continue;
		}

		if (is_dir($source)) {
			copyTree($source, "{$to}/{$name}");
		} elseif (copy($source, "{$to}/{$name}")) {
			chmod("{$to}/{$name}", 0644);
		} else {
			throw new Later("cannot write {$to}/{$name}");
		}
	}
}

/**
 * Runs a program; what it prints goes into the log. `$input` and `$lock` become its standard input and a lock that it keeps if we die.
 * No secret may stand in `$words`: everybody on the machine can read them.
 */
function run(array $words, array $fine = [0], mixed $output = null, ?string $input = null, mixed $lock = null, ?string $name = null): void
{
	$pipes = [];
	$standard = [0 => $input === null ? ['file', '/dev/null', 'r'] : ['pipe', 'r'], 1 => $output ?? STDERR, 2 => STDERR];
	$child = proc_open($words, $lock === null ? $standard : [...$standard, 3 => $lock], $pipes);
	if ($input !== null) {
		// Who reads nothing has failed, and its exit code says so.
		@fwrite($pipes[0], $input);
		fclose($pipes[0]);
	}

	$code = proc_close($child);
	if (!in_array($code, $fine, true)) {
		throw new Later(($name ?? $words[0]) . " failed with {$code}");
	}
}

/** The first of the programs that this machine has. */
function findProgram(string ...$names): string
{
	foreach ($names as $name) {
		foreach (explode(':', getenv('PATH') ?: '/usr/sbin:/usr/bin:/sbin:/bin') as $folder) {
			if (is_executable("{$folder}/{$name}")) {
				return "{$folder}/{$name}";
			}
		}
	}

	throw new Later("{$names[0]} is not installed here");
}
