<?php
declare(strict_types=1);

namespace Cronsole;

/** What an application has of its own. Everything in it may be called again after it was killed. */
interface Recipe
{
	/** What of somebody else stands where ours should be; asked before anything is written. */
	public function findForeign(Account $account): ?string;

	/** Writes the files of the docroot into a folder that is there. */
	public function build(Account $account, string $folder): void;

	/**
	 * All but the files, from whatever a killed run left.
	 * @return list<string> What was changed.
	 */
	public function setUp(Account $account): array;

	/**
	 * What our own site lacks of what is asked.
	 * @return list<string> What was changed.
	 */
	public function settle(Account $account): array;

	public function isWhole(Account $account): bool;

	/** Writes what is not in the account's folder into files. */
	public function dump(Account $account, string $folder): void;

	/** Everything but the docroot. */
	public function drop(Account $account): void;

	/** Where the site and its administration are. @return array{url: string, adminUrl: ?string} */
	public function describe(Account $account): array;

	/** Who gets in; refuses what it could not install. @return array{adminUser: ?string, adminPassword: ?string} */
	public function credentials(Request $request): array;
}

function progress(int $percent, string $text): void
{
	fwrite(STDERR, "progress {$percent} {$text}\n");
}

/** The one site of an account. `site.json` says how far it is; it lies where its customer cannot write, beside the docroot. */
final class Site
{
	public function __construct(private readonly Account $account, private readonly string $application, private readonly Recipe $recipe)
	{
	}

	/** @return 'absent'|'partial'|'installed' */
	public function inspect(): string
	{
		$state = $this->state();
		if ($state === 'installed') {
			return $this->recipe->isWhole($this->account) ? 'installed' : 'partial';
		}

		// What is not ours counts as a site: nobody is to install over it.
		return $state !== null ? 'partial' : ($this->findForeign() === null ? 'absent' : 'installed');
	}

	/** @return list<string> */
	public function install(): array
	{
		$this->account->mustExist();
		$changed = [];
		$state = $this->state();
		if ($state === 'installed') {
			return $this->settle();
		}

		if ($state === 'removing') {
			$changed = $this->remove();
			$state = null;
		}

		if ($state === null) {
			$foreign = $this->findForeign();
			if ($foreign !== null) {
				throw new Refused("not ours: {$foreign}; nothing was done");
			}

			$this->setState('installing');
		}

		progress(5, 'files');
		$changed = [...$changed, ...$this->putFiles(), ...$this->recipe->setUp($this->account)];
		$this->setState('installed');
		progress(100, 'installed');
		return $changed;
	}

	/** @return list<string> */
	public function remove(): array
	{
		$state = $this->state();
		if ($state === null) {
			$foreign = $this->account->exists() ? $this->findForeign() : null;
			return $foreign === null ? [] : throw new Refused("not ours: {$foreign}; nothing was removed");
		}

		$this->setState('removing');
		progress(20, 'removing');
		$this->recipe->drop($this->account);
		$docroot = $this->account->docroot;
		if (isThere($docroot)) {
			rename($docroot, newName($docroot));
		}

		$this->account->makeDocroot($docroot);
		$this->account->sweep();
		unlink("{$this->account->folder}/site.json");
		return ['removed'];
	}

	/**
	 * Of a whole account that goes: what is not ours neither goes with it nor holds it up.
	 * @return list<string>
	 */
	public function removeOwn(): array
	{
		return $this->state() === null ? [] : $this->remove();
	}

	/**
	 * Once for each job.
	 * @return list<string>
	 */
	public function archive(): array
	{
		[$folder, $archives] = [$this->account->folder, $this->account->archives];
		$job = $this->account->request->job;
		if ($this->state() === null || (is_dir($archives) && glob("{$archives}/{$job}.*.tar.gz") !== [])) {
			return [];
		}

		makeFolder($archives, 0700);
		$work = newName("{$archives}/work");
		mkdir($work);
		progress(20, 'database');
		$this->recipe->dump($this->account, $work);
		$dumped = array_diff(scandir($work), ['.', '..']);
		progress(50, 'files');
		// 1: a file changed while it was read, as files of a living site do.
		run(
			[
				'tar', '--create', '--use-compress-program', 'gzip -1', '--file', "{$work}/archive", '--directory', $folder, '.',
				...($dumped === [] ? [] : ['--directory', $work, ...$dumped]),
			],
			[0, 1],
		);
		run(['sync', "{$work}/archive"]);
		rename("{$work}/archive", "{$archives}/{$job}." . gmdate('Ymd\THis\Z') . '.tar.gz');
		return ['archive'];
	}

	/** A docroot moved in one piece: it is empty or whole. */
	private function putFiles(): array
	{
		$docroot = $this->account->docroot;
		if (isThere($docroot) && !isEmptyFolder($docroot)) {
			return [];
		}

		$folder = newName($docroot);
		mkdir($folder);
		$this->recipe->build($this->account, $folder);
		$this->account->owner()->takeTree($folder);
		$this->account->openDocroot($folder);
		rename($folder, $docroot);
		return ['files'];
	}

	private function settle(): array
	{
		if ($this->account->read('site.json')['job'] !== $this->account->request->job) {
			throw new Refused('there is a site already, of another order; archive and remove it first');
		}

		if (!$this->recipe->isWhole($this->account)) {
			throw new Refused('the site was installed, and parts of it are missing now; archive and remove it first');
		}

		return $this->recipe->settle($this->account);
	}

	private function findForeign(): ?string
	{
		$docroot = $this->account->docroot;
		if (isThere($docroot) && (!is_dir($docroot) || !isEmptyFolder($docroot))) {
			return "the docroot of account {$this->account->request->account} is not empty";
		}

		return $this->recipe->findForeign($this->account);
	}

	/** @return 'installing'|'installed'|'removing'|null */
	private function state(): ?string
	{
		$record = $this->account->read('site.json');
		if ($record !== null && $record['application'] !== $this->application) {
			throw new Refused("account {$this->account->request->account} has a {$record['application']} site, which another recipe knows");
		}

		return $record['state'] ?? null;
	}

	private function setState(string $state): void
	{
		$record = ['state' => $state, 'application' => $this->application, 'job' => $this->account->request->job, 'at' => gmdate('c')];
		writeFile("{$this->account->folder}/site.json", json_encode($record, JSON_THROW_ON_ERROR) . "\n", 0600);
	}
}
