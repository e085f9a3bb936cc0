import {type IntentContext, type Intents} from '../intents/intents.js';

/** The intents, loaded with the first wish: most sessions only look. */
export const createLateIntents = (context: IntentContext): Intents => {
	let opened: Promise<Intents> | undefined;
	const open = async (): Promise<Intents> => {
		opened ??= (async () => {
			const {createIntents} = await import('../intents/create-intents.js');
			return createIntents(context);
		})();
		return opened;
	};

	return new Proxy({} as Intents, {
		get: (_, name: keyof Intents) => async (...said: readonly never[]) => {
			const intents = await open();
			return (intents[name] as (...words: readonly never[]) => unknown)(...said);
		},
	});
};
