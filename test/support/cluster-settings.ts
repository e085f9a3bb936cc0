import {type ClusterSettings} from '../../source/domain/settings.js';

export const tokenSecret = '6f8a1c52-0000-4000-8000-9d2e57b3c1aa';

/** A cluster `fra1` as a config would say it, with what a test cares for in its place. */
export const clusterSettings = (own: Partial<ClusterSettings>): ClusterSettings => ({
	name: 'fra1',
	urls: [],
	tokenId: 'cronsole@pve!ops',
	tokenSecret: {reveal: () => tokenSecret},
	fingerprints: [],
	ca: null,
	vmids: [5000, 5999],
	calls: 8,
	callsPerNode: 3,
	clonesPerStorage: 2,
	backupsPerNode: 1,
	destroysPerHour: 10,
	timeoutMs: 5000,
	backup: null,
	observe: false,
	...own,
});
