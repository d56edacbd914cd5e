/** The snapshots as all steps of the page see them. */
import { computed, ref } from 'vue'
import * as api from './api.ts'
import type { Album } from './api.ts'

export const album = ref<Album>()

export async function refreshAlbum(): Promise<void> {
  album.value = await api.album()
}

export const snapshots = computed(() => album.value?.snapshots ?? [])
export const labelled = computed(() => snapshots.value.filter(({ label }) => label))
