/** A node as far as placing a VM goes. */
export type NodeRoom = {
	readonly name: string;
	readonly isOnline: boolean;
	readonly isInMaintenance: boolean;
	readonly freeMemoryBytes: number;
	readonly hasStorage: boolean;
	/** On the storage that the VM's disks want. */
	readonly freeStorageBytes: number;
};

/** What a VM needs of the node that it shall live on. */
export type PlacementWish = {
	/** Where it is now: the template's node. */
	readonly present: string;
	/** The node that the order names; null: whichever fits. */
	readonly wanted: string | null;
	readonly memoryBytes: number;
	/** What its disks will take. */
	readonly diskBytes: number;
};

/** Where a VM goes; `warning` where it stays because nothing fits. */
export type Placement = {readonly node: string; readonly warning: string | null};

const isOpen = (node: NodeRoom): boolean => node.isOnline && !node.isInMaintenance && node.hasStorage;

const whyClosed = (node: NodeRoom | undefined): string => {
	if (!node) {
		return 'is not in the cluster';
	}

	if (!node.isOnline) {
		return 'is not online';
	}

	return node.isInMaintenance ? 'is in maintenance' : 'does not have the storage';
};

const placeWanted = (wanted: string, present: string, nodes: readonly NodeRoom[]): Placement => {
	const node = nodes.find(({name}) => name === wanted);
	return wanted === present || (node && isOpen(node))
		? {node: wanted, warning: null}
		: {node: present, warning: `the node ${wanted} ${whyClosed(node)}: the VM stays on ${present}`};
};

/**
 Chooses the node: the one that the order names; else the present one if memory and storage fit; else, of those that are online, not in
 maintenance and have the storage, the one with most free memory. Where none fits it stays, with a warning.
 */
export const placeVm = (wish: PlacementWish, nodes: readonly NodeRoom[]): Placement => {
	const {present, wanted, memoryBytes, diskBytes} = wish;
	if (wanted !== null) {
		return placeWanted(wanted, present, nodes);
	}

	const hasRoom = (node: NodeRoom): boolean => isOpen(node)
		&& node.freeMemoryBytes >= memoryBytes
		&& node.freeStorageBytes >= diskBytes;
	if (nodes.some(node => node.name === present && hasRoom(node))) {
		return {node: present, warning: null};
	}

	const [best] = nodes.filter(node => hasRoom(node)).toSorted((a, b) => a.name.localeCompare(b.name)).toSorted((a, b) => b.freeMemoryBytes - a.freeMemoryBytes);
	return best
		? {node: best.name, warning: null}
		: {node: present, warning: `no node of the cluster has room for it: the VM stays on ${present}`};
};
