import {answer} from '../print/answer.js';
import {type Command} from '../io/io.js';
import {readSpell} from '../words/read-words.js';

/** Starts nothing new anywhere. */
export const hold: Command = async (app, _words, flags, output) => answer(await app.intents.hold(readSpell(flags)), output);

/** Ends the hold. */
export const endHold: Command = async (app, _words, _flags, output) => answer(await app.intents.endHold(), output);
