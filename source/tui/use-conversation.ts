import {useEffect, useMemo, type Dispatch} from 'react';
import {createConversation, type Conversation} from './conversation.js';
import {type Action} from './state.js';

/** The conversation between commands and people, as long as the console is there. */
export const useConversation = (dispatch: Dispatch<Action>): Conversation => {
	const conversation = useMemo(() => createConversation(question => {
		dispatch({kind: 'ask', question});
	}), [dispatch]);
	useEffect(() => () => {
		conversation.end();
	}, [conversation]);
	return conversation;
};
