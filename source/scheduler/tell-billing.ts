import {isDeepStrictEqual} from 'node:util';
import {setImmediate as pause} from 'node:timers/promises';
import {type Activity} from '../domain/activity.js';
import {type Clock} from '../domain/clock.js';
import {type ServiceFacts} from '../domain/billing.js';
import {safeText} from '../domain/safe-text.js';
import {type Settings} from '../domain/settings.js';
import {readFacts} from '../pipelines/billed-facts.js';
import {type BilledService} from '../store/intake.js';
import {type Reads, type Tables} from '../store/store.js';
import {type Lock} from './instance.js';

/** Writes down what the billing system is to be told, under that lock; the outbox sends it. */
export type TellBilling = (lock: Pick<Lock, 'store'>, signal: AbortSignal) => Promise<void>;

export type TellBillingDeps = {
	readonly read: Reads;
	readonly settings: () => Settings;
	readonly clock: Clock;
};

const hour = 3_600_000;
/** Beyond as many new ones all services are looked at. */
const mostRows = 10_000;
const atOnce = 200;

type Line = {readonly row: Activity; readonly service: BilledService};
type News = {readonly service: BilledService; readonly facts: ServiceFacts};

const isTrouble = ({level}: Activity): boolean => level === 'warning' || level === 'error';

const findBilled = async ({vmId, installId}: Activity, {intake, installs}: Reads): Promise<BilledService | undefined> => {
	if (vmId !== null) {
		return intake.findBilledVm(vmId);
	}

	const install = installId === null ? undefined : await installs.find(installId);
	return install && intake.findBilledSite(install);
};

/** The services that the rows are about, each once, and the rows that its log is to have. */
const billedIn = async (rows: readonly Activity[], read: Reads): Promise<{readonly services: readonly BilledService[]; readonly lines: readonly Line[]}> => {
	const found = new Map<string, BilledService | undefined>();
	const lines: Line[] = [];
	for (const row of rows) {
		if (row.vmId === null && row.installId === null) {
			continue;
		}

		const about = `${row.vmId}:${row.installId}`;
		if (!found.has(about)) {
			found.set(about, await findBilled(row, read));
		}

		const service = found.get(about);
		if (service && isTrouble(row)) {
			lines.push({row, service});
		}
	}

	const services = new Map(found.values().filter(service => service !== undefined).map(service => [service.id, service]));
	return {services: services.values().toArray(), lines};
};

const findNews = async (services: readonly BilledService[], read: Reads): Promise<readonly News[]> => {
	const news: News[] = [];
	for (const service of services) {
		const facts = await readFacts(service, read);
		if (facts && !isDeepStrictEqual(facts, service.told)) {
			news.push({service, facts});
		}
	}

	return news;
};

const tell = async ({outbox, intake}: Tables, {service, facts}: News, now: number): Promise<void> => {
	const {id, service: {id: serviceId}, vmId, installId} = service;
	await outbox.add({
		key: `whmcs:${id}:${now}:${JSON.stringify(facts)}`, channel: 'whmcs', template: 'update-service', to: `service ${serviceId}`, variables: {serviceId, facts}, vmId, installId, createdAt: now,
	});
	await intake.setTold(id, facts, now);
};

const log = async ({outbox}: Tables, {row, service: {service, vmId, installId}}: Line, now: number): Promise<void> => outbox.add({
	key: `whmcs:activity:${row.id}`, channel: 'whmcs', template: 'log-activity', to: `service ${service.id}`,
	variables: {text: safeText(`cronsole: ${row.subject}: ${row.message}`, 1000), clientId: service.client}, vmId, installId, createdAt: now,
});

/**
 Compares what the billing system was told of each service with how it stands: of those that the activity log names, and of all of them when this process
 begins to lead and once an hour, so that nothing depends on a row that was missed.
 */
export const createTellBilling = ({read, settings, clock}: TellBillingDeps): TellBilling => {
	let seen: number | undefined;
	let wholeAt = 0;

	const readRows = async (): Promise<readonly Activity[]> =>
		read.activity.list({limit: mostRows, ...(seen === undefined ? {since: clock.now() - hour} : {after: seen})});

	return async ({store}, signal) => {
		if (settings().whmcs === null) {
			seen = undefined;
			return;
		}

		const rows = await readRows();
		const isWhole = seen === undefined || rows.length === mostRows || clock.monotonic() - wholeAt >= hour;
		const {services, lines} = await billedIn(rows, read);
		const looked = isWhole ? await read.intake.listBilled() : services;
		for (let index = 0; index < looked.length && !signal.aborted; index += atOnce) {
			const news = await findNews(looked.slice(index, index + atOnce), read);
			if (news.length > 0) {
				await store.write(async tables => {
					for (const one of news) {
						await tell(tables, one, clock.now());
					}
				});
			}

			await pause();
		}

		if (signal.aborted) {
			return;
		}

		if (lines.length > 0) {
			await store.write(async tables => {
				for (const line of lines) {
					await log(tables, line, clock.now());
				}
			});
		}

		seen = rows.at(-1)?.id ?? seen ?? 0;
		wholeAt = isWhole ? clock.monotonic() : wholeAt;
	};
};
