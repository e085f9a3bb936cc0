<?php
declare(strict_types=1);

/**
 * A server module of WHMCS: it hands orders on to cronsole, which does the work, and shows how they stand. WHMCS calls these functions by their names.
 * Success means that cronsole has the order, for good; what comes of it cronsole tells WHMCS itself.
 */

use WHMCS\Module\Server\Cronsole\Console;
use WHMCS\Module\Server\Cronsole\Order;
use WHMCS\Module\Server\Cronsole\Traffic;
use WHMCS\Module\Server\Cronsole\Trouble;

if (!defined('WHMCS')) {
	exit('This file is for WHMCS, and does nothing by itself.');
}

foreach (['Trouble', 'Refusal', 'Console', 'Order'] as $class) {
	require_once __DIR__ . "/lib/{$class}.php";
}

function cronsole_MetaData(): array
{
	return [
		'DisplayName' => 'cronsole',
		'APIVersion' => '1.1',
		'RequiresServer' => true,
		'DefaultNonSSLPort' => '8444',
		'DefaultSSLPort' => '8444',
		'ListAccountsUniqueIdentifierDisplayName' => 'Domain',
		'ListAccountsUniqueIdentifierField' => 'domain',
	];
}

function cronsole_ConfigOptions(): array
{
	return [
		'Kind' => ['Type' => 'dropdown', 'Options' => ['vm' => 'A virtual machine', 'site' => 'A web site'], 'Default' => 'vm'],
		'Where' => ['Type' => 'text', 'Size' => '25', 'Description' => 'the cluster of a VM, the panel of a site, as in cronsole\'s config'],
		'What' => ['Type' => 'text', 'Size' => '25', 'Description' => 'the template of a VM (debian-12), the application of a site (wordpress)'],
		'Size' => ['Type' => 'text', 'Size' => '25', 'Description' => 'the package of a VM, the plan of a site'],
	];
}

/** One call that WHMCS wants `success` or a reason of. */
function cronsole_order(array $params, string $action, callable $what): string
{
	try {
		$order = new Order($params);
		$order->send($action, $what($order));
		return 'success';
	} catch (Trouble $trouble) {
		return $trouble->getMessage();
	} catch (Throwable $error) {
		return 'the cronsole module failed: ' . get_class($error);
	}
}

function cronsole_CreateAccount(array $params): string
{
	return cronsole_order($params, 'create', static function (Order $order) {
		return $order->create();
	});
}

function cronsole_SuspendAccount(array $params): string
{
	return cronsole_order($params, 'suspend', static function (Order $order) {
		return $order->suspend();
	});
}

function cronsole_UnsuspendAccount(array $params): string
{
	return cronsole_order($params, 'unsuspend', static function (Order $order) {
		return $order->suspend();
	});
}

function cronsole_TerminateAccount(array $params): string
{
	return cronsole_order($params, 'terminate', static function (Order $order) {
		return $order->plain();
	});
}

function cronsole_ChangePackage(array $params): string
{
	return cronsole_order($params, 'change-package', static function (Order $order) {
		return $order->changePackage();
	});
}

function cronsole_reinstall(array $params): string
{
	return cronsole_order($params, 'reinstall', static function (Order $order) {
		return $order->reinstall();
	});
}

/** Buttons for those who run WHMCS, not for clients: a reinstall erases. */
function cronsole_AdminCustomButtonArray(): array
{
	return ['Reinstall (erases all)' => 'reinstall'];
}

function cronsole_TestConnection(array $params): array
{
	try {
		$pong = Console::of($params)->ask('GET', '/v1/ping');
		return ($pong['leader'] ?? false) === true
			? ['success' => true, 'error' => '']
			: ['success' => false, 'error' => 'cronsole answers, but nobody leads there: orders are kept, and wait'];
	} catch (Trouble $trouble) {
		return ['success' => false, 'error' => $trouble->getMessage()];
	}
}

function cronsole_MetricProvider(array $params): Traffic
{
	require_once __DIR__ . '/lib/Traffic.php';
	return new Traffic($params);
}

/** How the service stands at cronsole: words by name, none of which is to be trusted as HTML. */
function cronsole_standing(array $params): array
{
	$asked = Console::of($params)->ask('GET', '/v1/services/' . rawurlencode(Order::reference($params)));
	$operation = $asked['operation'] ?? null;
	$here = $asked['vm'] ?? $asked['install'] ?? [];
	return array_filter([
		'Status' => (string) ($here['status'] ?? $here['state'] ?? 'not there yet'),
		'Order' => is_array($operation) ? "{$operation['action']}: {$operation['state']}" : '',
		'Cause' => (string) ($operation['cause'] ?? ''),
		'Addresses' => implode(', ', array_column($here['addresses'] ?? [], 'address')),
	], static function (string $word) {
		return $word !== '';
	});
}

function cronsole_AdminServicesTabFields(array $params): array
{
	try {
		return array_map(static function (string $word) {
			return htmlspecialchars($word, ENT_QUOTES | ENT_SUBSTITUTE);
		}, cronsole_standing($params));
	} catch (Trouble $trouble) {
		return ['cronsole' => htmlspecialchars($trouble->getMessage(), ENT_QUOTES | ENT_SUBSTITUTE)];
	}
}

/** Clients see how it stands, and no more of a failure than that somebody looks after it. */
function cronsole_ClientArea(array $params): array
{
	try {
		$standing = array_diff_key(cronsole_standing($params), ['Cause' => null]);
	} catch (Trouble $trouble) {
		$standing = ['Status' => 'not known at the moment'];
	}

	return ['tabOverviewReplacementTemplate' => 'templates/overview.tpl', 'templateVariables' => ['standing' => $standing]];
}
