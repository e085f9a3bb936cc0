import {type Package} from '../domain/package.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings, type TemplateSettings} from '../domain/settings.js';
import {suggest} from '../domain/suggest.js';
import {type TemplatePlace} from '../domain/vm.js';
import {type Order} from './order-schema.js';
import {Refused, type RefusalCode} from './refused.js';

type Objection = {readonly code: RefusalCode; readonly message: string; readonly hint: string};

const unknownName = (what: string, name: string, names: readonly string[]): Objection => ({
	code: 'unknown', message: `${what}: there is no ${safeText(name, 63)}`, hint: names.length === 0 ? `the config has no ${what}s` : suggest(name, names),
});

const resolvePackage = (base: Package, overrides: Package): Package => ({
	...base, ...overrides, ...overrides.firewall && {firewall: {...base.firewall, ...overrides.firewall}},
});

const missingPools = (wanted: Package, cluster: string, settings: Settings): readonly Objection[] => ([4, 6] as const)
	.filter(family => (wanted[`ipv${family}`] ?? 0) > 0 && settings.pools.every(pool => !(pool.cluster === cluster && pool.family === family)))
	.map(family => ({
		code: 'not-allowed',
		message: `the package wants ${wanted[`ipv${family}`]} IPv${family}, but the cluster ${cluster} has no IPv${family} pool`,
		hint: `add a pool for ${cluster} to the config, or order with "overrides": {"ipv${family}": 0}`,
	}));

const reservedName = (hostname: string, settings: Settings): readonly Objection[] => {
	const zone = settings.dns.find(({zone, reserved}) => reserved.some(name => hostname === (name === '@' ? zone : `${name}.${zone}`.toLowerCase())));
	return zone ? [{code: 'not-allowed', message: `hostname: ${hostname} is reserved in the zone ${zone.zone}`, hint: 'choose another hostname, or take it out of `reserved` in the config'}] : [];
};

const elsewhere = ({template, cluster}: Order, places: readonly TemplateSettings[]): Objection => ({
	code: 'not-allowed', message: `template: ${template} does not lie on ${cluster}`, hint: `it lies on ${places.map(row => row.cluster).join(', ')}`,
});

/** Checks an order against the config and copies what it asks for out of it; every objection stands in the refusal. */
export const checkOrder = (order: Order, settings: Settings): {readonly package: Package; readonly template: TemplatePlace} => {
	const {cluster} = order;
	const clusters = settings.clusters.map(({name}) => name);
	const isCluster = clusters.includes(cluster);
	const places = Object.hasOwn(settings.templates, order.template) ? settings.templates[order.template] : undefined;
	const place = places?.find(candidate => candidate.cluster === cluster);
	const base = Object.hasOwn(settings.packages, order.package) ? settings.packages[order.package] : undefined;
	const wanted = base && resolvePackage(base, order.overrides ?? {});

	const objections: readonly Objection[] = [
		...isCluster ? [] : [unknownName('cluster', cluster, clusters)],
		...places ? [] : [unknownName('template', order.template, Object.keys(settings.templates))],
		...places && isCluster && !place ? [elsewhere(order, places)] : [],
		...base ? [] : [unknownName('package', order.package, Object.keys(settings.packages))],
		...wanted && isCluster ? missingPools(wanted, cluster, settings) : [],
		...reservedName(order.hostname, settings),
	];

	if (!wanted || !place || objections.length > 0) {
		const [first] = objections;
		throw new Refused(first?.code ?? 'invalid', objections.map(({message}) => message).join('; '), objections.map(({hint}) => hint).join('; '));
	}

	return {
		package: wanted,
		template: {
			name: order.template, vmid: place.vmid, clone: place.clone, storage: place.storage,
		},
	};
};
