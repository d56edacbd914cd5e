// Before the hub's first answer.
Notice {
    busy: true
    title: words.starting_title
    sentence: words.starting_sentence
}
