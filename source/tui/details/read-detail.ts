import {type App} from '../../app.js';
import {type Overview, type Target} from '../state.js';
import {readActivityDetail} from './activity-detail.js';
import {readBackupDetail} from './backup-detail.js';
import {type Detail, type DetailContext} from './detail-lines.js';
import {incidentDetail} from './incident-detail.js';
import {readInstallDetail} from './install-detail.js';
import {readSnapshotDetail} from './snapshot-detail.js';
import {taskDetail} from './task-detail.js';
import {readTrafficDetail} from './traffic-detail.js';
import {readVmDetail} from './vm-detail.js';

type TargetBy = {readonly [K in Target['kind']]: Extract<Target, {readonly kind: K}>};
type Read<K extends Target['kind']> = (app: App, target: TargetBy[K], overview: Overview, context: DetailContext) => Promise<Detail>;

const reads: {readonly [K in Target['kind']]: Read<K>} = {
	task: async (app, {name}, overview, context) => taskDetail(name, overview, app.settings(), context),
	vm: async (app, {id}, overview, context) => readVmDetail(app, id, overview, context),
	install: async (app, {id}, overview, context) => readInstallDetail(app, id, overview, context),
	incident: async (_app, {id}, overview, context) => incidentDetail(id, overview, context),
	activity: async (app, {id}, overview, context) => readActivityDetail(app, id, overview, context),
	backup: async (app, target, _overview, context) => readBackupDetail(app, target, context),
	snapshot: async (app, target, _overview, context) => readSnapshotDetail(app, target, context),
	traffic: async (app, {vmId}, _overview, context) => readTrafficDetail(app, vmId, context),
};

/** What stands in the detail pane or on the detail page: how something is, why, and what helps. */
export const readDetail = async (app: App, target: Target, overview: Overview, context: DetailContext): Promise<Detail> => {
	const read = reads[target.kind] as Read<Target['kind']>;
	return read(app, target, overview, context);
};
