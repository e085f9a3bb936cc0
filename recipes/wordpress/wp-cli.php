<?php
declare(strict_types=1);

namespace Cronsole;

/** wp-cli, where the operator names it. It only makes the new site; what is there already is looked after without it. */
final class WpCli
{
	public function __construct(private readonly string $program)
	{
		$head = is_file($program) ? file_get_contents($program, length: 256) : '';
		if (!preg_match('/^(#![^\n]*\bphp\b[^\n]*\n)?<\?php/', $head)) {
			throw new Later("wp: {$program} is no program in PHP, as wp-cli.phar is one");
		}
	}

	/**
	 * The words of `wp core install`, which reads the password from its standard input. WordPress comes from the operator's copy,
	 * as with install.php; of the site only its wp-config.php is read.
	 * @param list<string> $php
	 * @return list<string>
	 */
	public function words(array $php, Request $request, Config $config, string $source, string $configFile, bool $isRoot): array
	{
		return [
			findProgram('env'), "WP_CONFIG_PATH={$configFile}", 'HOME=/nonexistent', 'WP_CLI_DISABLE_AUTO_CHECK_UPDATE=1',
			...$php, $this->program, 'core', 'install',
			"--path={$source}",
			'--require=' . __DIR__ . '/wp-cli-hooks.php',
			'--skip-packages',
			'--no-color',
			...($isRoot ? ['--allow-root'] : []),
			"--url={$request->url($config)}",
			"--title={$request->title()}",
			"--admin_user={$request->adminUser()}",
			"--admin_email={$request->adminEmail()}",
			"--locale={$config->text('locale')}",
			'--skip-email',
			'--prompt=admin_password',
		];
	}
}
