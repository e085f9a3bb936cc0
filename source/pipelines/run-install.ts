import {type Tables} from '../store/store.js';
import {createPanelTalk} from './ask-panel.js';
import {beginStep} from './begin-site-step.js';
import {
	endStep,
	failedStep,
	failForGood,
	type Begun,
	type BegunStep,
	type SiteEnd,
} from './end-site-step.js';
import {type InstallContext, type MoveInstall} from './move-install.js';
import {noteSiteFailure} from './note-site-failure.js';
import {type SiteRun} from './site-step.js';

const runStep = async (run: SiteRun, beginNext: (tables: Tables) => Promise<Begun>): Promise<SiteEnd> => {
	try {
		const outcome = await run.row.step(run);
		return outcome.outcome === 'given-up'
			? await failForGood(run, {cause: outcome.why, steps: [failedStep(run, outcome.why)], change: outcome.change})
			: await endStep(run, outcome, beginNext);
	} catch (error) {
		return noteSiteFailure(run, error);
	}
};

const prepareRun = ({install, row, asked, adminPassword}: BegunStep, context: InstallContext): SiteRun => ({
	install, row, context, adminPassword, panel: createPanelTalk({install, adminPassword, context}, asked), startedAt: context.clock.now(),
});

/** From the row's position onward, step by step, until one waits or fails, or the end is reached. */
export const moveInstall: MoveInstall = async ({id}, context, {until = 'done'} = {}) => {
	const begin = async (tables: Tables): Promise<Begun> => beginStep(id, tables, context, until);
	let begun = await context.store.write(begin);
	for (let steps = 0; ; steps++) {
		const end = begun.end ?? await runStep(prepareRun(begun, context), begin);
		if (end.next === 'stop') {
			const {install, row, end: early} = begun;
			const place = install ? `i${id} ${install.domain}: ${install.position}` : `i${id}`;
			return {outcome: end.outcome, steps: steps + Number(!early && end.outcome === 'done'), line: `${place}${row ? ` → ${row.to}` : ''}, ${end.what}`};
		}

		begun = end.begun;
	}
};
