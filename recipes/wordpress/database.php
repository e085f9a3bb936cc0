<?php
declare(strict_types=1);

namespace Cronsole;

use mysqli;
use mysqli_sql_exception;

/** A site's own database and user on the operator's MariaDB or MySQL. */
final class Database
{
	public readonly string $name;
	private readonly string $adminFile;
	private readonly string $userHost;
	private ?mysqli $connection = null;

	public function __construct(private readonly Config $config, string $account)
	{
		$prefix = $config->text('databasePrefix');
		if (!preg_match('/^[a-z][a-z0-9_]{0,3}$/D', $prefix)) {
			throw new Later('databasePrefix: at most four letters, digits and _');
		}

		$this->name = $prefix . $account;
		$this->userHost = $config->text('databaseUserHost');
		$this->adminFile = $config->path('adminFile');
	}

	/** @return list<string> */
	public function listTables(): array
	{
		return $this->column('select table_name from information_schema.tables where table_schema = ?', $this->name);
	}

	public function hasUser(): bool
	{
		return $this->column('select 1 from mysql.user where user = ? and host = ?', $this->name, $this->userHost) !== [];
	}

	/** With a user who may do everything in it, and nothing elsewhere. */
	public function create(string $password): void
	{
		$user = $this->user();
		$this->ask('create database if not exists ' . self::quoteName($this->name) . ' character set utf8mb4');
		$this->ask("create user if not exists {$user}");
		$this->ask("alter user {$user} identified by " . $this->quote($password));
		// In a grant _ and % stand for any letter: wp_a_b would open wp_axb too.
		$this->ask('grant all on ' . self::quoteName(addcslashes($this->name, '_%\\')) . ".* to {$user}");
	}

	public function dropTables(string $prefix): void
	{
		foreach ($this->listTables() as $table) {
			if (str_starts_with($table, $prefix)) {
				$this->ask('drop table ' . self::quoteName($this->name) . '.' . self::quoteName($table));
			}
		}
	}

	public function drop(): void
	{
		$this->ask('drop database if exists ' . self::quoteName($this->name));
		$this->ask("drop user if exists {$this->user()}");
	}

	public function hasRows(string $table): bool
	{
		return $this->column('select 1 from ' . self::quoteName($this->name) . '.' . self::quoteName($table) . ' limit 1') !== [];
	}

	public function dump(string $file): void
	{
		$output = fopen($file, 'xe');
		run([
			findProgram('mariadb-dump', 'mysqldump'), "--defaults-file={$this->adminFile}",
			'--single-transaction', '--quick', '--routines', '--triggers', '--default-character-set=utf8mb4', $this->name,
		], output: $output);
		fclose($output);
	}

	/** `DB_HOST` of wp-config.php. */
	public function host(): string
	{
		$admin = $this->admin();
		$socket = $admin['socket'] ?? null;
		return $socket === null ? ($admin['host'] ?? 'localhost') . (isset($admin['port']) ? ":{$admin['port']}" : '') : "localhost:{$socket}";
	}

	private function user(): string
	{
		return $this->quote($this->name) . '@' . $this->quote($this->userHost);
	}

	private function quote(string $text): string
	{
		return "'{$this->connect()->real_escape_string($text)}'";
	}

	private static function quoteName(string $name): string
	{
		return '`' . str_replace('`', '``', $name) . '`';
	}

	private function ask(string $statement): void
	{
		$this->connect()->query($statement);
	}

	/** @return list<string> */
	private function column(string $query, string ...$values): array
	{
		$statement = $this->connect()->prepare($query);
		$statement->execute($values);
		return array_map('strval', array_column($statement->get_result()->fetch_all(), 0));
	}

	private function connect(): mysqli
	{
		if ($this->connection !== null) {
			return $this->connection;
		}

		$admin = $this->admin();
		mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
		$connection = mysqli_init();
		$connection->options(MYSQLI_OPT_CONNECT_TIMEOUT, 10);
		$connection->options(MYSQLI_OPT_READ_TIMEOUT, 120);
		$host = isset($admin['socket']) ? 'localhost' : $admin['host'] ?? 'localhost';
		try {
			$connection->real_connect($host, $admin['user'] ?? 'root', $admin['password'] ?? '', null, (int) ($admin['port'] ?? 3306), $admin['socket'] ?? null);
		} catch (mysqli_sql_exception $error) {
			// By itself it says no more than "No such file or directory".
			throw new Later("the database server at {$this->host()} cannot be used: {$error->getMessage()}");
		}

		$connection->set_charset('utf8mb4');
		return $this->connection = $connection;
	}

	/**
	 * The `[client]` of an option file as MariaDB's own programs read it.
	 * @return array<string, string>
	 */
	private function admin(): array
	{
		if (!is_file($this->adminFile) || (fileperms($this->adminFile) & 0077) !== 0) {
			throw new Later("{$this->adminFile} must be there, with mode 0600: it holds a password");
		}

		$found = [];
		$section = '';
		foreach (file($this->adminFile, FILE_IGNORE_NEW_LINES) as $line) {
			if (preg_match('/^\s*\[([^\]]+)\]/', $line, $parts)) {
				$section = $parts[1];
			} elseif ($section === 'client' && preg_match('/^\s*(user|password|host|port|socket)\s*=\s*(.*?)\s*$/', $line, $parts)) {
				$found[$parts[1]] = preg_replace('/^(["\'])(.*)\1$/', '$2', $parts[2]);
			}
		}

		return $found;
	}
}
