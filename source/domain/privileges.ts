/** What a deploy needs of the token, and what for. Proxmox 9 renamed the agent's: `VM.Monitor` is gone there. */
const needed: ReadonlyArray<{readonly privilege: string; readonly use: string; readonly agent?: true; readonly from?: number; readonly before?: number}> = [
	{privilege: 'Sys.Audit', use: 'to see nodes and quorum'},
	{privilege: 'VM.Audit', use: 'to see VMs'},
	{privilege: 'VM.Clone', use: 'to clone templates'},
	{privilege: 'VM.Allocate', use: 'to create and remove VMs'},
	{privilege: 'VM.Migrate', use: 'to move VMs to their node'},
	{privilege: 'VM.Config.CPU', use: 'for cores'},
	{privilege: 'VM.Config.Memory', use: 'for memory'},
	{privilege: 'VM.Config.Disk', use: 'for disks'},
	{privilege: 'VM.Config.Network', use: 'for network and firewall'},
	{privilege: 'VM.Config.Cloudinit', use: 'for cloud-init'},
	{privilege: 'VM.Config.Options', use: 'for name, description and onboot'},
	{privilege: 'VM.PowerMgmt', use: 'to start and stop'},
	{privilege: 'Datastore.Audit', use: 'to see storages'},
	{privilege: 'Datastore.AllocateSpace', use: 'for disks'},
	{privilege: 'SDN.Use', use: 'for bridges', from: 8},
	{
		privilege: 'VM.GuestAgent.Audit', use: 'to ask the guest agent', agent: true, from: 9,
	},
	{
		privilege: 'VM.Monitor', use: 'to ask the guest agent', agent: true, before: 9,
	},
];

/** The privileges that the token lacks everywhere, as `VM.Clone (to clone templates)`; where it has one on some path only, the call itself will tell. */
export const findMissingPrivileges = (permissions: Readonly<Record<string, readonly string[]>>, version: string, isAgentWanted: boolean): readonly string[] => {
	const held = new Set(Object.values(permissions).flat());
	const major = Number.parseInt(version, 10);
	return needed
		.filter(({agent, from = 0, before = Infinity}) => (!agent || isAgentWanted) && major >= from && major < before)
		.filter(({privilege}) => !held.has(privilege))
		.map(({privilege, use}) => `${privilege} (${use})`);
};
