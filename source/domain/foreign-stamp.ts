import {safeText} from './safe-text.js';

/** A VM that bears the stamp of another installation. */
export type ForeignStamp = {
	readonly vmid: number;
	readonly node: string;
	readonly name?: string;
	readonly installation: string;
};

/** `VM 5003 (web1) on pve2 bears the stamp of another installation, deadbeef`. */
export const describeForeign = ({vmid, node, name, installation}: ForeignStamp): string => {
	const title = name === undefined ? '' : ` (${safeText(name, 60)})`;
	return `VM ${vmid}${title} on ${node} bears the stamp of another installation, ${safeText(installation, 60)}`;
};

/** What a person can do about it. */
export const foreignRemedy = 'give each installation a cluster or a range of VMIDs of its own, or remove the stamp from that VM\'s description';
