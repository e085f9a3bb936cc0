<?php
declare(strict_types=1);

namespace Cronsole;

use Throwable;

require __DIR__ . '/files.php';
require __DIR__ . '/config.php';
require __DIR__ . '/request.php';
require __DIR__ . '/account.php';
require __DIR__ . '/site.php';

/** Archives live as long as the config says, whosever they are. */
function removeOldArchives(Config $config): void
{
	foreach (glob("{$config->path('root')}/archives/*/*.tar.gz") ?: [] as $archive) {
		if (is_file($archive) && filemtime($archive) < time() - 86_400 * (int) $config->text('archiveDays')) {
			@unlink($archive);
		}
	}
}

/** @return array{changed: list<string>, site?: array, state?: array} */
function act(Account $account, Site $site, Recipe $recipe): array
{
	switch ($account->request->action) {
		case 'create-account':
			return ['changed' => $account->create()];
		case 'inspect':
			$state = $site->inspect();
			return [
				'changed' => [],
				'site' => $state === 'installed' ? [...$recipe->describe($account), 'adminUser' => null, 'adminPassword' => null] : null,
				'state' => ['account' => $account->exists(), 'site' => $state],
			];
		case 'install':
			$described = [...$recipe->describe($account), ...$recipe->credentials($account->request)];
			return ['changed' => $site->install(), 'site' => $described];
		case 'archive':
			return ['changed' => $site->archive()];
		case 'remove-install':
			return ['changed' => $site->remove()];
		case 'suspend':
		case 'unsuspend':
			return ['changed' => $account->suspend($account->request->action === 'suspend')];
		case 'package':
			return ['changed' => $account->setPlan()];
		case 'terminate':
			return ['changed' => [...$site->removeOwn(), ...$account->terminate()]];
	}
}

/**
 * The whole of a recipe: a request on standard input, one answer on standard output, exit 0, 65 (never again), 75 (later) or 1.
 * @param callable(Config, Request): Recipe $create
 */
function provision(string $application, array $settings, callable $create): never
{
	beStrict();
	$account = null;
	try {
		$request = Request::parse(stream_get_contents(STDIN, 65_536));
		if (($request->application ?? $application) !== $application) {
			throw new Refused("this is the recipe of {$application}, not of {$request->application}");
		}

		$config = Config::read(getenv('RECIPE_CONFIG') ?: "/etc/cronsole/recipes/{$application}.ini", $settings);
		$recipe = $create($config, $request);
		$account = new Account($config, $request);
		removeOldArchives($config);
		$answer = ['ok' => true, 'changed' => [], 'site' => null, ...act($account, new Site($account, $application, $recipe), $recipe), 'error' => null];
		$code = 0;
	} catch (Throwable $error) {
		$code = $error instanceof Refused ? 65 : 75;
		// A fault of ours (a TypeError, say) will not go away by itself.
		$code = $error instanceof \Error ? 1 : $code;
		$answer = ['ok' => false, 'changed' => [], 'site' => null, 'error' => $error->getMessage()];
	}

	try {
		$account?->sweep();
	} catch (Throwable $error) {
		fwrite(STDERR, "{$error->getMessage()}\n");
	}

	fwrite(STDOUT, json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE) . "\n");
	exit($code);
}
