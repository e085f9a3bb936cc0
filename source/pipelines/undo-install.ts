import {ClientError} from '../clients/client-error.js';
import {type InstallStep} from '../domain/install.js';
import {type SiteState} from '../domain/panel.js';
import {type InstallChange} from '../store/installs.js';
import {createPanelTalk} from './ask-panel.js';
import {type PanelTalk, type SiteRun} from './site-step.js';

/** What came of an undo; `isOpen`: the panel may still be at something. */
export type Undone = {readonly step: InstallStep; readonly change: InstallChange; readonly isOpen: boolean};

const takeAway = async (found: SiteState, panel: PanelTalk): Promise<Pick<InstallStep, 'outcome' | 'reason'>> => {
	switch (found) {
		case 'absent': {
			return {outcome: 'skipped', reason: 'undo: nothing is left of it'};
		}

		case 'installed': {
			// Nobody's half: be it ours, which only its panel does not believe in, or somebody else's who was faster.
			return {outcome: 'skipped', reason: 'undo: there is a whole site, it is left alone'};
		}

		case 'partial': {
			await panel.ask('remove-install');
			return {outcome: 'done', reason: 'undo: the half install was removed'};
		}
	}
};

/** Takes half an install away, where nothing was there before this job began; undefined: there is nothing that it may touch. */
export const undoInstall = async (run: SiteRun, error: ClientError): Promise<Undone | undefined> => {
	const {row, context} = run;
	const {clock, store} = context;
	const install = await store.read.installs.find(run.install.id);
	if (install?.foundBefore !== 'absent') {
		return undefined;
	}

	const startedAt = clock.now();
	const panel = createPanelTalk({...run, install: {...install, inFlight: run.panel.isOpen() ? install.inFlight : null}});
	const stepOf = (came: Pick<InstallStep, 'outcome' | 'reason'>): InstallStep => ({
		...came, from: row.to, to: row.from, attempt: 1, startedAt, durationMs: clock.now() - startedAt, log: panel.said(),
	});
	try {
		const {site} = await panel.inspect();
		const came = await takeAway(site, panel);
		// Whoever tries again looks anew, save where what is there by then may be ours: a whole site that the panel made and then failed over, or what it is still at.
		const mayBeOurs = panel.isOpen() || (site === 'installed' && error.kind !== 'rejected');
		return {step: stepOf(came), change: mayBeOurs ? {} : {foundBefore: null}, isOpen: panel.isOpen()};
	} catch (error_) {
		if (!(error_ instanceof ClientError)) {
			throw error_;
		}

		return {step: stepOf({outcome: 'failed', reason: `undo: half a site may be left: ${panel.clean(error_.message)}`}), change: {}, isOpen: panel.isOpen()};
	}
};
