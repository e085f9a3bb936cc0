<?php
declare(strict_types=1);

namespace WHMCS\Module\Server\Cronsole;

use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\GigaBytes;
use WHMCS\UsageBilling\Metrics\Usage;

/** The traffic of the running month, in GB of 10⁹ bytes: WHMCS writes each look over the one before, and begins anew with the month. */
final class Traffic implements ProviderInterface
{
	private const fields = ['inbound' => 'inBytes', 'outbound' => 'outBytes'];

	/** @var array */
	private $params;

	public function __construct(array $params)
	{
		$this->params = $params;
	}

	/** Is asked for without a server too. */
	public function metrics()
	{
		return [
			new Metric('inbound', 'Inbound traffic', MetricInterface::TYPE_PERIOD_MONTH, new GigaBytes('Inbound traffic')),
			new Metric('outbound', 'Outbound traffic', MetricInterface::TYPE_PERIOD_MONTH, new GigaBytes('Outbound traffic')),
		];
	}

	/** By domain, which WHMCS knows a service by; of VMs that followed each other under one domain the sum. */
	public function usage()
	{
		$bytes = [];
		foreach ($this->services() as $service) {
			if (($service['service'] ?? null) === null) {
				continue;
			}

			$domain = (string) $service['hostname'];
			foreach (self::fields as $name => $field) {
				$bytes[$domain][$name] = ($bytes[$domain][$name] ?? 0) + $service[$field];
			}
		}

		return array_map([$this, 'measured'], $bytes);
	}

	public function tenantUsage($tenant)
	{
		return $this->usage()[(string) $tenant] ?? [];
	}

	/** None where cronsole cannot say: what was read before stays, and WHMCS' cron goes on; the module log has why. */
	private function services(): array
	{
		try {
			return Console::of($this->params)->ask('GET', '/v1/usage')['services'] ?? [];
		} catch (Trouble $trouble) {
			return [];
		}
	}

	private function measured(array $bytes): array
	{
		return array_map(static function (Metric $metric) use ($bytes) {
			return $metric->withUsage(new Usage($bytes[$metric->systemName()] / 1e9));
		}, $this->metrics());
	}
}
