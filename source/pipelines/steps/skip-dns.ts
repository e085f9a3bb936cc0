import {skipped, type Step} from '../step.js';

/** The longest zone of the config that the name lies in, on a label's border. */
const findZone = (zones: readonly string[], hostname: string): string | undefined => {
	const name = hostname.toLowerCase().replace(/\.$/, '');
	return zones
		.map(zone => zone.toLowerCase().replace(/\.$/, ''))
		.filter(zone => name === zone || name.endsWith(`.${zone}`))
		.toSorted((a, b) => b.length - a.length)[0];
};

/** Says why no DNS record is written; DNS never holds a deploy up. */
export const skipDns: Step = async (vm, {settings}) => skipped(findZone(settings.dns.map(({zone}) => zone), vm.hostname) === undefined
	? `no zone for ${vm.hostname}`
	: 'DNS zones are not written in this version');
