<?php
declare(strict_types=1);

namespace Cronsole;

require __DIR__ . '/../common/run.php';
require __DIR__ . '/database.php';
require __DIR__ . '/wp-cli.php';

/** A copy of the operator's WordPress with a database of its own. */
final class WordPress implements Recipe
{
	private const tablePrefix = 'wp_';
	private const php = [PHP_BINARY, '-d', 'display_errors=stderr', '-d', 'log_errors=0', '-d', 'html_errors=0', '-d', 'zend.exception_ignore_args=1', '-d', 'memory_limit=512M', '-d', 'auto_prepend_file='];

	/** Without wp-cli WordPress' own functions are called. */
	public function __construct(private readonly Database $database, private readonly string $source, private readonly ?WpCli $wp)
	{
		if (!is_file("{$source}/wp-includes/version.php")) {
			throw new Later("source: {$source} holds no WordPress");
		}
	}

	public function findForeign(Account $account): ?string
	{
		$tables = count($this->database->listTables());
		if ($tables > 0) {
			return "the database {$this->database->name} has {$tables} tables";
		}

		return $this->database->hasUser() ? "there is a database user {$this->database->name}" : null;
	}

	/** Without Debian's wp-config.php, which asks /etc; ours lies beside the docroot, where WordPress looks too. */
	public function build(Account $account, string $folder): void
	{
		copyTree($this->source, $folder, ['wp-config.php', '.htaccess']);
	}

	public function setUp(Account $account): array
	{
		progress(40, 'database');
		$password = bin2hex(random_bytes(20));
		$this->database->create($password);
		// Those of a run that was killed: there was nothing in it before.
		$this->database->dropTables(self::tablePrefix);
		progress(50, 'config');
		writeFile($this->configFile($account), $this->configText($account, $password), 0400, $account->owner());
		progress(60, 'WordPress');
		if ($this->wp !== null) {
			$this->runWpCli($account, $this->wp);
		}

		// What wp-cli made is looked at, and put right, like a site that is there already.
		$this->runWordPress($account, $this->wp === null);
		return ['database', 'config', 'installed'];
	}

	public function settle(Account $account): array
	{
		return $this->runWordPress($account, false);
	}

	public function isWhole(Account $account): bool
	{
		$tables = $this->database->listTables();
		foreach (['options', 'users', 'posts'] as $table) {
			if (!in_array(self::tablePrefix . $table, $tables, true) || !$this->database->hasRows(self::tablePrefix . $table)) {
				return false;
			}
		}

		return is_file("{$account->docroot}/wp-includes/version.php") && is_file($this->configFile($account));
	}

	public function dump(Account $account, string $folder): void
	{
		if ($this->database->listTables() !== []) {
			$this->database->dump("{$folder}/database.sql");
		}
	}

	public function drop(Account $account): void
	{
		$this->database->drop();
		if (isThere($this->configFile($account))) {
			unlink($this->configFile($account));
		}
	}

	public function describe(Account $account): array
	{
		$url = $account->request->url($account->config);
		return ['url' => $url, 'adminUrl' => "{$url}/wp-admin/"];
	}

	public function credentials(Request $request): array
	{
		$request->title();
		$request->adminEmail();
		return ['adminUser' => $request->adminUser(), 'adminPassword' => $request->adminPassword()];
	}

	private function configFile(Account $account): string
	{
		return "{$account->folder}/wp-config.php";
	}

	private function configText(Account $account, string $password): string
	{
		$constants = ['DB_NAME' => $this->database->name, 'DB_USER' => $this->database->name, 'DB_PASSWORD' => $password, 'DB_HOST' => $this->database->host(), 'DB_CHARSET' => 'utf8mb4', 'DB_COLLATE' => ''];
		foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
			$constants["{$name}_KEY"] = base64_encode(random_bytes(48));
			$constants["{$name}_SALT"] = base64_encode(random_bytes(48));
		}

		foreach ($account->config->table('define') as $name => $value) {
			if (!preg_match('/^[A-Z][A-Z0-9_]*$/D', (string) $name)) {
				throw new Later("define[{$name}]: the name of a constant is in capitals");
			}

			$constants[$name] = match (true) {
				in_array($value, ['true', 'false'], true) => $value === 'true',
				ctype_digit($value) => (int) $value,
				default => $value,
			};
		}

		$lines = ['<?php', '// Written by cronsole when the site was installed.'];
		foreach ($constants as $name => $value) {
			$lines[] = "define('{$name}', " . var_export($value, true) . ');';
		}

		return implode("\n", [...$lines, "\$table_prefix = '" . self::tablePrefix . "';", "defined('ABSPATH') || define('ABSPATH', __DIR__ . '/public/');", "require_once ABSPATH . 'wp-settings.php';", '']);
	}

	/**
	 * In a process of its own, which is the site's owner if we are root, and keeps the lock should we die.
	 * @return list<string> What it had to change.
	 */
	private function runWordPress(Account $account, bool $isNew): array
	{
		$request = $account->request;
		$input = json_encode([
			'source' => $this->source,
			'config' => $this->configFile($account),
			'domain' => $request->domain,
			'url' => $request->url($account->config),
			'title' => $request->title(),
			'user' => $request->adminUser(),
			'email' => $request->adminEmail(),
			'password' => $request->adminPassword(),
			'locale' => $account->config->text('locale'),
			'isNew' => $isNew,
		], JSON_THROW_ON_ERROR);
		$output = tmpfile();
		run($this->asOwner($account, [...self::php, __DIR__ . '/install.php']), output: $output, input: $input, lock: $account->lock);
		rewind($output);
		$answer = json_decode(stream_get_contents($output), true);
		if (!is_array($answer['changed'] ?? null)) {
			throw new Later('WordPress ended without an answer');
		}

		return is_string($answer['error'] ?? null) ? throw new Later($answer['error']) : $answer['changed'];
	}

	private function runWpCli(Account $account, WpCli $wp): void
	{
		$isRoot = posix_geteuid() === 0 && $account->owner()->user === null;
		$words = $wp->words(self::php, $account->request, $account->config, $this->source, $this->configFile($account), $isRoot);
		// Once it has read the password it prints its own command line with it.
		$nowhere = fopen('/dev/null', 'we');
		run($this->asOwner($account, $words), output: $nowhere, input: "{$account->request->adminPassword()}\n", lock: $account->lock, name: 'wp core install');
	}

	/**
	 * As the site's owner, if we are root.
	 * @param list<string> $words
	 * @return list<string>
	 */
	private function asOwner(Account $account, array $words): array
	{
		$user = $account->owner()->user;
		return $user === null ? $words : [findProgram('setpriv'), "--reuid={$user}", '--regid=' . posix_getpwnam($user)['gid'], '--init-groups', '--', ...$words];
	}
}

provision(
	'wordpress',
	['source' => '/usr/share/wordpress', 'adminFile' => '', 'databasePrefix' => 'wp_', 'databaseUserHost' => 'localhost', 'locale' => 'en_US', 'wp' => '', 'define' => []],
	static fn (Config $config, Request $request): Recipe => new WordPress(new Database($config, $request->account), $config->path('source'), $config->text('wp') === '' ? null : new WpCli($config->path('wp'))),
);
