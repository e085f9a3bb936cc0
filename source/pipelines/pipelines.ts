import {type OperationKind} from '../domain/operation-kind.js';
import {backups} from './backup.js';
import {changePackage} from './change-package.js';
import {deploy} from './deploy.js';
import {dns} from './dns.js';
import {importing} from './import.js';
import {password} from './password.js';
import {power} from './power.js';
import {backupRemoval} from './remove-backup.js';
import {reinstall} from './reinstall.js';
import {restore} from './restore.js';
import {rollback} from './rollback.js';
import {snapshots} from './snapshots.js';
import {type Pipeline} from './step.js';
import {suspend} from './suspend.js';
import {terminate} from './terminate.js';
import {unsuspend} from './unsuspend.js';

/** Every kind of operation and its steps. */
export const pipelines: Readonly<Partial<Record<OperationKind, Pipeline>>> = {
	create: deploy,
	change: changePackage,
	reinstall,
	...snapshots,
	...backups,
	'remove-backup': backupRemoval,
	rollback,
	restore,
	...power,
	suspend,
	unsuspend,
	password,
	terminate,
	dns,
	import: importing,
};

/** The steps of a kind. */
export const pipelineOf = (kind: OperationKind): Pipeline => {
	const pipeline = pipelines[kind];
	if (!pipeline) {
		throw new Error(`There is no pipeline for ${kind}.`);
	}

	return pipeline;
};
