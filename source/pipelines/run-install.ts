import {beginStep, planStep} from './begin-site-step.js';
import {
	endStep,
	failedStep,
	failForGood,
	type Plan,
	type SiteEnd,
} from './end-site-step.js';
import {type MoveInstall} from './move-install.js';
import {noteSiteFailure} from './note-site-failure.js';
import {prepareRun} from './prepare-site-run.js';
import {type SiteRun} from './site-step.js';

const runStep = async (run: SiteRun, plan: Plan): Promise<SiteEnd> => {
	try {
		const outcome = await run.row.step(run);
		return outcome.outcome === 'given-up'
			? await failForGood(run, {cause: outcome.why, steps: [failedStep(run, outcome.why)], change: outcome.change})
			: await endStep(run, outcome, plan);
	} catch (error) {
		return noteSiteFailure(run, error);
	}
};

/** From the row's position onward, step by step, until one waits or fails, or the end is reached. */
export const moveInstall: MoveInstall = async ({id}, context, {until = 'done'} = {}) => {
	const plan: Plan = async (install, tables) => planStep(install, tables, context, until);
	let begun = await context.store.write(async tables => beginStep(id, tables, plan, context.clock));
	for (let steps = 0; ;) {
		const end = begun.end ?? await runStep(prepareRun(begun, context), plan);
		if (end.next === 'stop') {
			const {present, row} = begun;
			const place = present ? ` ${present.install.domain}: ${row ? `${row.from} → ${row.to}` : present.install.position}` : '';
			return {outcome: end.outcome, steps, line: `i${id}${place}, ${end.what}`};
		}

		begun = end.begun;
		steps += end.passed;
	}
};
