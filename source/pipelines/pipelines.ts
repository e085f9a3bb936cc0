import {type OperationKind} from '../domain/operation.js';
import {deploy} from './deploy.js';
import {type PipelineRow} from './step.js';

/** The steps of each kind of operation. */
export const pipelines: Readonly<Record<OperationKind, readonly PipelineRow[]>> = {
	create: deploy,
};
