<?php
declare(strict_types=1);

namespace Cronsole;

/**
 * An account is a folder; what its customer may write is `public` in it and nothing else. Under the root:
 *   accounts/NAME/   account.json  site.json  public/  suspended (a marker)
 *   domains/DOMAIN   a link to the account: whose the domain is, and the web server's way in
 *   archives/NAME/   locks/NAME.lock
 */
final class Account
{
	private const mark = 'made by cronsole';

	public readonly string $folder;
	public readonly string $docroot;
	public readonly string $archives;
	/** @var resource Held until we end; programs that we start do not inherit it. */
	public readonly mixed $lock;
	private readonly string $link;

	/** Takes the account's lock and makes sure that it is the one that is meant. */
	public function __construct(public readonly Config $config, public readonly Request $request)
	{
		$root = $config->path('root');
		foreach (['accounts' => 0711, 'domains' => 0755, 'archives' => 0700, 'locks' => 0700] as $name => $mode) {
			makeFolder("{$root}/{$name}", $mode);
		}

		$this->folder = "{$root}/accounts/{$request->account}";
		$this->docroot = "{$this->folder}/public";
		$this->archives = "{$root}/archives/{$request->account}";
		$this->link = "{$root}/domains/{$request->domain}";
		$this->lock = fopen("{$root}/locks/{$request->account}.lock", 'ce');
		if (!flock($this->lock, LOCK_EX | LOCK_NB)) {
			throw new Later("locked: another run is at work on account {$request->account}");
		}

		$this->verify();
		$this->sweep();
	}

	public function exists(): bool
	{
		return isThere($this->folder);
	}

	public function mustExist(): void
	{
		if (!$this->exists()) {
			throw new Refused("there is no account {$this->request->account} here");
		}
	}

	/** @return list<string> */
	public function create(): array
	{
		$changed = $this->makeUser() ? ['user'] : [];
		if (!isThere($this->link)) {
			// Two accounts that want it at once: one of them finds it taken.
			symlink($this->target(), $this->link);
			$changed[] = 'domain';
		}

		if (!$this->exists()) {
			$folder = newName($this->folder);
			mkdir($folder);
			chmod($folder, 0711);
			$this->makeDocroot("{$folder}/public");
			$this->write("{$folder}/account.json", ['plan' => $this->request->plan]);
			rename($folder, $this->folder);
			$changed[] = 'account';
		}

		return $changed;
	}

	/** An empty docroot at `$path`, in its owner's hands. */
	public function makeDocroot(string $path): void
	{
		mkdir($path);
		$this->openDocroot($path);
	}

	/** Where the web server's group is known nobody else looks in. */
	public function openDocroot(string $path): void
	{
		$owner = $this->owner();
		$owner->take($path);
		chmod($path, $owner->group === null ? 0755 : 0750);
	}

	public function owner(): Owner
	{
		return $this->config->owner($this->request->account);
	}

	/** @return list<string> */
	public function suspend(bool $isSuspended): array
	{
		$this->mustExist();
		$marker = "{$this->folder}/suspended";
		if (isThere($marker) === $isSuspended) {
			return [];
		}

		if ($isSuspended) {
			writeFile($marker, '', 0644);
		} else {
			unlink($marker);
		}

		return ['suspended'];
	}

	/** @return list<string> */
	public function setPlan(): array
	{
		$this->mustExist();
		if ($this->read('account.json')['plan'] === $this->request->plan) {
			return [];
		}

		$this->write("{$this->folder}/account.json", ['plan' => $this->request->plan]);
		return ['plan'];
	}

	/**
	 * Once its site is gone. The folder goes in one move, so that there is never half an account.
	 * @return list<string>
	 */
	public function terminate(): array
	{
		$changed = $this->removeUser() ? ['user'] : [];
		if ($this->exists()) {
			rename($this->folder, newName($this->folder));
			$changed[] = 'account';
		}

		if (isThere($this->link)) {
			unlink($this->link);
			$changed[] = 'domain';
		}

		return $changed;
	}

	/** A record of ours; null: there is none. */
	public function read(string $name): ?array
	{
		$path = "{$this->folder}/{$name}";
		if (!is_file($path) || is_link($path)) {
			return null;
		}

		return json_decode(file_get_contents($path), true, 8, JSON_THROW_ON_ERROR);
	}

	private function write(string $path, array $more): void
	{
		$record = ['domain' => $this->request->domain, ...$more];
		writeFile($path, json_encode($record, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE) . "\n", 0600);
	}

	/** Removes what runs that were killed, or failed, left half done. */
	public function sweep(): void
	{
		removeLeftovers($this->folder);
		removeLeftovers("{$this->folder}/*");
		removeLeftovers("{$this->archives}/work");
	}

	private function target(): string
	{
		return "../accounts/{$this->request->account}";
	}

	private function verify(): void
	{
		[$name, $domain] = [$this->request->account, $this->request->domain];
		if (isThere($this->link) && (!is_link($this->link) || readlink($this->link) !== $this->target())) {
			throw new Refused("{$domain} belongs to another account");
		}

		if (!$this->exists()) {
			return;
		}

		if (!isRealFolder($this->folder) || is_link($this->docroot)) {
			throw new Refused("account {$name}: its folder or its public folder is a link; nothing was done");
		}

		$owner = $this->read('account.json')['domain'] ?? throw new Refused("{$this->folder} is there, and not made by cronsole");
		if ($owner !== $domain) {
			throw new Refused("account {$name} is there already, for {$owner}");
		}
	}

	private function makeUser(): bool
	{
		$name = $this->request->account;
		if (!$this->config->hasSystemUsers() || $this->hasOwnUser()) {
			return false;
		}

		if (posix_getpwnam($name) !== false || posix_getgrnam($name) !== false) {
			throw new Refused("there is a user or group {$name} here that is not cronsole's");
		}

		run(['useradd', '--user-group', '--no-create-home', '--home-dir', $this->folder, '--shell', '/usr/sbin/nologin', '--comment', self::mark, $name]);
		return true;
	}

	private function removeUser(): bool
	{
		if (!$this->config->hasSystemUsers() || !$this->hasOwnUser()) {
			return false;
		}

		// Forced: his PHP processes may still be there; 6: gone meanwhile.
		run(['userdel', '--force', $this->request->account], [0, 6]);
		return true;
	}

	private function hasOwnUser(): bool
	{
		$user = posix_getpwnam($this->request->account);
		return $user !== false && $user['gecos'] === self::mark && $user['dir'] === $this->folder;
	}
}
