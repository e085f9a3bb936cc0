import {type OperationKind} from '../domain/operation-kind.js';
import {deploy} from './deploy.js';
import {type Pipeline} from './step.js';

/** Every kind of operation and its steps. */
export const pipelines: Readonly<Partial<Record<OperationKind, Pipeline>>> = {
	create: deploy,
};

/** The steps of a kind. */
export const pipelineOf = (kind: OperationKind): Pipeline => {
	const pipeline = pipelines[kind];
	if (!pipeline) {
		throw new Error(`There is no pipeline for ${kind}.`);
	}

	return pipeline;
};
