import {type App} from '../app.js';
import {createPeriods} from '../domain/traffic-periods.js';
import {findUsage, type Usage} from '../domain/usage.js';

/** The month that it is in the config's zone. */
export const presentMonth = ({timezone}: {readonly timezone: string}, now: number): string => createPeriods(timezone)(now / 1000).month;

/** What flowed through each VM in a month, as everybody is told. */
export const readUsage = async ({read, settings}: Pick<App, 'read' | 'settings'>, month: string, now: number): Promise<readonly Usage[]> => {
	const [vms, rows, marks] = await Promise.all([read.vms.list(), read.traffic.list({unit: 'month', from: month, to: `${month}~`}), read.traffic.listMarks()]);
	return findUsage({
		vms, rows, marks, month, settings: settings(), now,
	});
};
