// The name of a queue of events: the ordering key, after the destination and a space where the destination has a name. No
// such name has a space.

export interface Queue {
  readonly destination: string
  readonly name: string
}

export function queueOf(destination: string, orderingKey: string): Queue {
  return { destination, name: destination === '' ? orderingKey : `${destination} ${orderingKey}` }
}

export function orderingKeyOf({ destination, name }: Queue): string {
  return destination === '' ? name : name.slice(destination.length + 1)
}
