import {createPanelTalk} from './ask-panel.js';
import {type BegunStep} from './end-site-step.js';
import {type InstallContext} from './move-install.js';
import {type SiteRun} from './site-step.js';

/** A step that was begun, with the panel to speak to. */
export const prepareRun = ({present, row, asked}: Omit<BegunStep, 'end'>, context: InstallContext): SiteRun => {
	const {adminPassword} = present;
	// What its own beginning wrote down was not asked yet.
	const install = asked === undefined ? present.install : {...present.install, inFlight: null};
	const known = {present};
	return {
		install, known, row, context, adminPassword, panel: createPanelTalk({
			install, known, adminPassword, context,
		}, asked), startedAt: context.clock.now(),
	};
};
