/** The snapshots as all steps of the page see them. */
import { computed, ref } from 'vue'
import * as api from './api.ts'
import type { Album } from './api.ts'

export const album = ref<Album>()

let changes = 0
let unsaved = 0

/** A change that is seen before it is saved: no older album takes its place meanwhile. */
export async function saving<T>(work: () => Promise<T>): Promise<T> {
  changes += 1
  unsaved += 1
  try {
    return await work()
  } finally {
    unsaved -= 1
  }
}

export async function refreshAlbum(): Promise<void> {
  const before = changes
  const answer = await api.album()
  if (!unsaved && changes === before) album.value = answer
}

export const snapshots = computed(() => album.value?.snapshots ?? [])
export const labelled = computed(() => snapshots.value.filter(({ label }) => label))
