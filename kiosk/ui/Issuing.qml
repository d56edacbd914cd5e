// The hub has been asked for a number.
Notice {
    busy: true
    title: words.issuing_title
    sentence: says.pressed_name
}
