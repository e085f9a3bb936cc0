<?php
declare(strict_types=1);

namespace Cronsole;

require __DIR__ . '/../common/run.php';

/** A page with the title, to be replaced by its customer's own. */
final class StaticSite implements Recipe
{
	public function findForeign(Account $account): ?string
	{
		return null;
	}

	public function build(Account $account, string $folder): void
	{
		$title = htmlspecialchars($account->request->title(), ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5);
		writeFile("{$folder}/index.html", <<<END
			<!doctype html>
			<meta charset="utf-8">
			<meta name="viewport" content="width=device-width">
			<title>{$title}</title>
			<h1>{$title}</h1>

			END, 0644);
	}

	public function setUp(Account $account): array
	{
		return [];
	}

	public function settle(Account $account): array
	{
		return [];
	}

	public function isWhole(Account $account): bool
	{
		return isRealFolder($account->docroot) && !isEmptyFolder($account->docroot);
	}

	public function dump(Account $account, string $folder): void
	{
	}

	public function drop(Account $account): void
	{
	}

	public function describe(Account $account): array
	{
		return ['url' => $account->request->url($account->config), 'adminUrl' => null];
	}

	public function credentials(Request $request): array
	{
		$request->title();
		return ['adminUser' => null, 'adminPassword' => null];
	}
}

provision('static', [], static fn (): Recipe => new StaticSite());
