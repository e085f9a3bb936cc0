import {type Kysely} from 'kysely';
import {type Schema} from './schema.js';
import {type Tables} from './store.js';
import {createActivity} from './tables/activity.js';
import {createAddresses} from './tables/addresses.js';
import {createBackups} from './tables/backups.js';
import {createClients} from './tables/clients.js';
import {createClusters} from './tables/clusters.js';
import {createDnsRecords} from './tables/dns-records.js';
import {createIncidents} from './tables/incidents.js';
import {createInstalls} from './tables/installs.js';
import {createIntake} from './tables/intake.js';
import {createOperations} from './tables/operations.js';
import {createOutbox} from './tables/outbox.js';
import {createRemoteTasks} from './tables/remote-tasks.js';
import {createRunRequests} from './tables/run-requests.js';
import {createRuns} from './tables/runs.js';
import {createSnapshots} from './tables/snapshots.js';
import {createStepLog} from './tables/step-log.js';
import {createTaskSettings} from './tables/task-settings.js';
import {createTraffic} from './tables/traffic.js';
import {createUpkeep} from './tables/upkeep.js';
import {createVms} from './tables/vms.js';

/** Every table over one connection or one transaction. */
export const createTables = (db: Kysely<Schema>): Tables => ({
	vms: createVms(db),
	operations: createOperations(db),
	addresses: createAddresses(db),
	remoteTasks: createRemoteTasks(db),
	runs: createRuns(db),
	runRequests: createRunRequests(db),
	taskSettings: createTaskSettings(db),
	clusters: createClusters(db),
	incidents: createIncidents(db),
	stepLog: createStepLog(db),
	activity: createActivity(db),
	outbox: createOutbox(db),
	installs: createInstalls(db),
	snapshots: createSnapshots(db),
	backups: createBackups(db),
	traffic: createTraffic(db),
	dnsRecords: createDnsRecords(db),
	clients: createClients(db),
	upkeep: createUpkeep(db),
	intake: createIntake(db),
});
