<?php
declare(strict_types=1);

namespace WHMCS\Module\Server\Cronsole;

/** What WHMCS asks for of one service, in cronsole's words. */
final class Order
{
	private const property = 'cronsole order|Order under way at cronsole';

	/** What may be chosen with a VM beside its package: names of configurable options, as in cronsole's packages. */
	private const numbers = ['cores', 'sockets', 'memoryMib', 'diskGib', 'additionalDiskGib', 'networkMbps', 'ipv4', 'ipv6', 'snapshots', 'backups', 'trafficGb'];

	/** @var array */
	private $params;

	public function __construct(array $params)
	{
		$this->params = $params;
	}

	public static function reference(array $params): string
	{
		return 'whmcs-' . (int) $params['serviceid'];
	}

	public function create(): array
	{
		return ['order' => $this->isSite() ? $this->site() : $this->vm()];
	}

	public function changePackage(): array
	{
		$given = ['reference' => self::reference($this->params)];
		if ($this->isSite()) {
			return $given + ['plan' => $this->chosen('plan', 4)];
		}

		$overrides = $this->overrides();
		return $given + ['change' => ['package' => $this->chosen('package', 4)] + ($overrides === [] ? [] : ['overrides' => $overrides])];
	}

	/** Who was suspended for another reason stays so until that one is lifted: WHMCS' own is that somebody has not paid. */
	public function suspend(): array
	{
		return $this->plain() + ['reason' => 'overdue'];
	}

	public function plain(): array
	{
		return ['reference' => self::reference($this->params)];
	}

	public function reinstall(): array
	{
		return $this->plain() + ($this->isSite() ? [] : ['template' => $this->chosen('template', 3)]);
	}

	/**
	 * Sends it, under a key that is written down before: whatever happens to the answer, the same asked again is the same order, and what is asked
	 * for a second time in a service's life is another one.
	 */
	public function send(string $action, array $what): void
	{
		$asked = ['action' => $action, 'kind' => $this->isSite() ? 'site' : 'vm'] + $what
			+ ['service' => ['id' => (int) $this->params['serviceid'], 'client' => (int) ($this->params['clientsdetails']['userid'] ?? $this->params['userid'] ?? 0)]];
		$console = Console::of($this->params);
		$orderKey = $this->keyFor($action, $asked);
		try {
			$console->ask('POST', '/v1/orders', ['orderKey' => $orderKey] + $asked);
		} catch (Refusal $refusal) {
			$this->keep('');
			throw $refusal;
		}

		$this->keep('');
	}

	private function keyFor(string $action, array $asked): string
	{
		$print = substr(hash('sha256', json_encode($asked, JSON_THROW_ON_ERROR)), 0, 16);
		$properties = $this->properties();
		$pending = $properties === null ? '' : (string) $properties->get(self::property);
		if (strpos($pending, "{$print}:") === 0) {
			return substr($pending, strlen($print) + 1);
		}

		$key = "{$action}:" . (int) $this->params['serviceid'] . ':' . bin2hex(random_bytes(8));
		$this->keep("{$print}:{$key}");
		return $key;
	}

	private function keep(string $value): void
	{
		$properties = $this->properties();
		if ($properties !== null) {
			$properties->save([self::property => $value]);
		}
	}

	private function properties()
	{
		return isset($this->params['model']) ? $this->params['model']->serviceProperties : null;
	}

	private function isSite(): bool
	{
		return trim((string) ($this->params['configoption1'] ?? '')) === 'site';
	}

	/** What the client chose by a configurable option of that name, else what the product says. */
	private function chosen(string $name, int $option): string
	{
		$value = trim((string) (($this->params['configoptions'][$name] ?? '') ?: ($this->params["configoption{$option}"] ?? '')));
		if ($value === '') {
			throw new Refusal("the product does not say which {$name}: write it into its module settings, or give it a configurable option `{$name}`");
		}

		return $value;
	}

	private function overrides(): array
	{
		$overrides = [];
		foreach (self::numbers as $name) {
			$value = trim((string) ($this->params['configoptions'][$name] ?? ''));
			if ($value === '') {
				continue;
			}

			if (preg_match('/^\d{1,9}$/D', $value) !== 1) {
				throw new Refusal("the configurable option `{$name}` is no whole number: {$value}");
			}

			$overrides[$name] = (int) $value;
		}

		return $overrides;
	}

	private function client(): array
	{
		$details = $this->params['clientsdetails'] ?? [];
		$name = trim(($details['firstname'] ?? '') . ' ' . ($details['lastname'] ?? ''));
		return ['name' => $name === '' ? (string) ($details['companyname'] ?? '') : $name, 'email' => (string) ($details['email'] ?? '')];
	}

	private function vm(): array
	{
		$overrides = $this->overrides();
		$keys = preg_split('/\R/', trim((string) ($this->params['customfields']['sshKeys'] ?? '')), -1, PREG_SPLIT_NO_EMPTY);
		return [
			'reference' => self::reference($this->params),
			'hostname' => strtolower(trim((string) ($this->params['domain'] ?? ''))),
			'cluster' => $this->chosen('cluster', 2),
			'template' => $this->chosen('template', 3),
			'package' => $this->chosen('package', 4),
			'client' => $this->client(),
		] + ($overrides === [] ? [] : ['overrides' => $overrides]) + ($keys === [] ? [] : ['sshKeys' => $keys]);
	}

	private function site(): array
	{
		$domain = strtolower(trim((string) ($this->params['domain'] ?? '')));
		$fields = $this->params['customfields'] ?? [];
		$client = $this->client();
		return [
			'reference' => self::reference($this->params),
			'panel' => $this->chosen('panel', 2),
			'application' => $this->chosen('application', 3),
			'plan' => $this->chosen('plan', 4),
			'domain' => $domain,
			'account' => (string) ($this->params['username'] ?? ''),
			'client' => $client,
			'title' => trim((string) ($fields['title'] ?? '')) ?: $domain,
			'adminUser' => trim((string) ($fields['adminUser'] ?? '')) ?: 'admin',
			'adminEmail' => $client['email'],
		];
	}
}
