import {type Endpoint} from '../endpoint.js';
import {cloneEndpoints} from './clone.js';
import {clusterEndpoints} from './cluster.js';
import {configEndpoints} from './config.js';
import {firewallEndpoints} from './firewall.js';
import {migrateEndpoints} from './migrate.js';
import {powerEndpoints} from './power.js';
import {storageEndpoints} from './storage.js';
import {taskEndpoints} from './tasks.js';
import {creationEndpoints} from './create.js';
import {poolEndpoints} from './pools.js';
import {rrdEndpoints} from './rrd.js';
import {snapshotEndpoints} from './snapshots.js';
import {vzdumpEndpoints} from './vzdump.js';
import {vmEndpoints} from './vms.js';

/** Every row of the API that the simulator serves. */
export const allEndpoints: readonly Endpoint[] = [
	...clusterEndpoints,
	...taskEndpoints,
	...vmEndpoints,
	...configEndpoints,
	...powerEndpoints,
	...cloneEndpoints,
	...migrateEndpoints,
	...firewallEndpoints,
	...storageEndpoints,
	...creationEndpoints,
	...poolEndpoints,
	...rrdEndpoints,
	...snapshotEndpoints,
	...vzdumpEndpoints,
];
