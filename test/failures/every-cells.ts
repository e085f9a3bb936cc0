import {operationKinds, type OperationKind} from '../../source/domain/operation-kind.js';
import {
	nameOf,
	playCell,
	type Cell,
	type Result,
} from './every-cell.js';
import {countTasks} from './every-check.js';
import {canHit, faults} from './every-fault.js';
import {readSteps} from './every-step.js';
import {settle, wishes, type Wish} from './every-wish.js';
import {createEveryWorld, type EveryWorld} from './every-world.js';

export type Asked = {readonly kind: OperationKind; readonly wish: Wish};

/** What is asked for that asks a cluster for something. */
export const listAsked = (): readonly Asked[] => (Object.keys(operationKinds) as OperationKind[])
	.flatMap(kind => [wishes[kind]].flat().flatMap(wish => typeof wish === 'string' ? [] : [{kind, wish}]));

/** What is called where nothing goes wrong, and what can. */
const listCellsOf = async (world: EveryWorld, {kind, wish}: Asked): Promise<readonly Cell[]> => {
	const reference = await wish.prepare(world, '');
	const seen = world.simulatorLog().length;
	await wish.ask(world, reference);
	await settle(world, reference);
	const lines = world.simulatorLog().slice(seen);
	const tasks = countTasks(lines);
	return readSteps(lines).flatMap(step => faults.filter(fault => canHit(fault, step)).flatMap(fault => [false, ...fault.isDeadly ? [] : [true]].map(isLasting => ({
		kind, wish, step, fault, isLasting, tasks,
	}))));
};

/** How many were played, how many the fault met, and in how many of those a person was needed. */
export type Tally = {readonly played: number; readonly hit: number; readonly helped: number; readonly wrong: readonly string[]};

/** A world is left after so many cells, and after each that went wrong. */
const cellsPerWorld = 25;

const playOrSayWhy = async (world: EveryWorld, reference: string, cell: Cell): Promise<Result> => {
	try {
		return await playCell(world, reference, cell);
	} catch (error) {
		return {
			reference, wasHit: true, wasHelped: false, wrong: [`it threw ${(error as Error).stack}`],
		};
	}
};

/** Finds the cells of what is asked for, and plays the chosen ones one after the other. */
export const playCells = async (asked: Asked, choose: (cells: readonly Cell[]) => readonly Cell[], tell: (line: string) => void): Promise<Tally> => {
	let world = await createEveryWorld(1);
	const tally = {
		played: 0, hit: 0, helped: 0, wrong: [] as string[],
	};
	let reference = '';
	for (const cell of choose(await listCellsOf(world, asked))) {
		const {wasHit, wasHelped, wrong, ...result} = await playOrSayWhy(world, reference, cell);
		tally.played++;
		tally.hit += Number(wasHit);
		tally.helped += Number(wasHelped);
		tally.wrong.push(...wrong.map(what => `${nameOf(cell)}: ${what}`));
		tell([`${wasHit ? '' : 'not met: '}${nameOf(cell)}`, ...wrong].join('\n    '));
		reference = result.reference;
		if (!(wrong.length > 0 || tally.played % cellsPerWorld === 0)) {
			continue;
		}

		await world.close();
		world = await createEveryWorld(1);
		reference = '';
	}

	await world.close();
	return tally;
};
