/** @file Sends in order on one socket: ZeroMQ refuses a send while another is under way. */

interface Sender {
  send(frames: Uint8Array[]): Promise<void>;
}

export interface SendQueue {
  /** Queues frames; resolves when the socket has taken them. */
  push(frames: Uint8Array[]): Promise<void>;
  /** Resolves when everything queued so far has been taken. */
  drained(): Promise<void>;
}

export function createSendQueue(socket: Sender): SendQueue {
  let last: Promise<void> = Promise.resolve();
  return {
    push(frames) {
      const sent = last.then(() => socket.send(frames));
      last = sent.catch(() => undefined); // the pusher sees the failure; what follows is still sent
      return sent;
    },
    drained: () => last,
  };
}
