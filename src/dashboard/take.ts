/** Reads so many items of a list, and no more. */
export async function take<Item>(list: AsyncIterable<Item>, count: number): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const item of list) {
    items.push(item)
    if (items.length >= count) break
  }
  return items
}
