/** Whether it can be an order's or install's reference: one word that is neither a bare number, `v101` nor `fra1/101`. */
export const isReference = (text: string): boolean => /^[\da-z][\w#+\-.:=@]{0,99}$/i.test(text) && !/^v?\d+$/i.test(text);
