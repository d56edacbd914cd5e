// The window: one screen at a time between header and footer, scaled from its design size.
import QtQuick

Window {
    id: window

    readonly property bool portrait: height > width
    readonly property real designWidth: portrait ? look.landscape_height : look.landscape_width
    readonly property real designHeight: portrait ? look.landscape_width : look.landscape_height
    readonly property real fit: Math.min(width / designWidth, height / designHeight)
    readonly property var screens: ({
        "starting": "Starting.qml",
        "home": "Home.qml",
        "services": "Services.qml",
        "issuing": "Issuing.qml",
        "ticket": "Ticket.qml",
        "refused": "Refused.qml",
        "unanswered": "Unanswered.qml",
        "away": "Away.qml"
    })

    title: words.brand
    color: look.paper_colour

    Item {
        id: design

        readonly property real margin: window.portrait ? look.unit * 8 : look.unit * 12

        objectName: "design"
        width: window.width / window.fit
        height: window.height / window.fit
        scale: window.fit
        transformOrigin: Item.TopLeft

        Header {
            id: header

            anchors { top: parent.top; left: parent.left; right: parent.right }
            anchors.topMargin: look.unit * 4
            anchors.leftMargin: design.margin
            anchors.rightMargin: design.margin
        }

        Loader {
            id: screen

            objectName: "screen"
            anchors { top: header.bottom; bottom: footer.top; left: parent.left; right: parent.right }
            anchors.topMargin: window.portrait ? look.unit * 8 : look.unit * 4
            anchors.bottomMargin: look.unit * 4
            anchors.leftMargin: design.margin
            anchors.rightMargin: design.margin
            source: window.screens[says.screen]
            onLoaded: appear.restart()

            NumberAnimation {
                id: appear

                target: screen
                property: "opacity"
                from: 0
                to: 1
                duration: look.motion_ms
            }
        }

        Footer {
            id: footer

            anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
            anchors.bottomMargin: look.unit * 4
            anchors.leftMargin: design.margin
            anchors.rightMargin: design.margin
        }
    }
}
