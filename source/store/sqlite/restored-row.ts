/** Where in `meta` it stands that the database is older than what was done with it. */
export const restoredKey = 'restored';

/** What went out may have gone out after the copy was made: it is sent again by a person's key only. */
export const doubtMessages = 'update outbox set state = \'unknown\', sending_until = null, next_attempt_at = null, error = \'the database is an older copy: it may have been sent already\' where state in (\'pending\', \'sending\')';
