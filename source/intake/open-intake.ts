import {type App} from '../app.js';
import {type Clock} from '../domain/clock.js';
import {type Log} from '../domain/log.js';
import {safeText} from '../domain/safe-text.js';
import {type Answer} from './answer.js';
import {createAnswering} from './create-answering.js';
import {createGate, type IntakeRequest} from './gate.js';
import {openIntakeServer, readIntakePlace} from './server.js';

/** The intake of a daemon. */
export type Intake = {
	/** From now on orders are taken. */
	readonly open: () => void;
	/** Takes what the new config says of certificates; keys and limits are read with each request. */
	readonly reload: () => void;
	readonly close: () => Promise<void>;
};

const quietMs = 60_000;

/** Faults at once; who is not let in once a minute, with how often that was. */
const createHearing = (log: Log, clock: Clock) => {
	let toldAt: number | undefined;
	let untold = 0;

	return ({status, body, fault}: Answer, {headers, address}: IntakeRequest): void => {
		if (fault !== undefined) {
			log({level: 'error', event: 'intake', message: safeText(`an order was answered with ${status}: ${fault instanceof Error ? fault.message : 'no error was thrown'}`)});
		}

		if (status !== 401 && status !== 429) {
			return;
		}

		const now = clock.monotonic();
		if (toldAt !== undefined && now - toldAt < quietMs) {
			untold++;
			return;
		}

		const {code} = body.error as {readonly code: string};
		const more = untold === 0 ? '' : `, and ${untold} more in the last minute`;
		log({level: 'warning', event: 'intake', message: `${code}: a request of the key ${safeText(headers['x-cronsole-key'] ?? 'none', 63)} from ${address ?? 'somewhere'} was refused${more}`});
		toldAt = now;
		untold = 0;
	};
};

/** Listens where `--intake` says, which answers that it starts until it is opened; refused where that cannot be. */
export const openIntake = async (app: App, place: string, {clock, log}: {readonly clock: Clock; readonly log: Log}): Promise<Intake> => {
	const {intake} = app.settings();
	const server = await openIntakeServer(readIntakePlace(place, intake), intake.tls, createHearing(log, clock));
	return {
		open() {
			server.tell(createAnswering({app, clock, gate: createGate({...app, clock})}));
			log({level: 'info', event: 'intake', message: `orders are taken at ${server.place}/v1/`});
		},
		reload() {
			server.reload(app.settings().intake.tls);
		},
		close: server.close,
	};
};
