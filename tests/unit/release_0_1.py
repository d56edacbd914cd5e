"""A data folder's database as release 0.1 left it, for tests of what reads it afterwards."""

import sqlite3
from pathlib import Path

TABLES = """
CREATE TABLE journal (
    seq INTEGER NOT NULL, id VARCHAR(36) NOT NULL, kind VARCHAR(32) NOT NULL, body VARCHAR NOT NULL,
    PRIMARY KEY (seq), UNIQUE (id)
);
CREATE TABLE answers (
    actor VARCHAR(64) NOT NULL, "key" VARCHAR(255) NOT NULL, fingerprint BLOB NOT NULL,
    body VARCHAR NOT NULL, at DATETIME NOT NULL, PRIMARY KEY (actor, "key")
);
CREATE INDEX ix_answers_at ON answers (at);
CREATE TABLE staff (
    username VARCHAR(64) NOT NULL, role VARCHAR(16) NOT NULL, password_hash VARCHAR(255) NOT NULL,
    PRIMARY KEY (username)
);
CREATE TABLE sessions (
    token_hash BLOB NOT NULL, username VARCHAR(64) NOT NULL, expires_at DATETIME NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE TABLE devices (
    id VARCHAR(32) NOT NULL, token_hash BLOB NOT NULL, PRIMARY KEY (id), UNIQUE (token_hash)
);
"""
TICKET = "018f0000-0000-7000-8000-000000000001"
SPEECH = '{"zh":"请A001号到1号窗口办理","en":"Number A001, please go to window 1"}'
EVENTS = (
    '{"kind":"day_begun","day":"2026-03-02"}',
    (
        f'{{"kind":"ticket_issued","ticket":"{TICKET}","number":"A001","service":"cards",'
        '"priority":"none","channel":"kiosk","token":"secret"}'
    ),
    '{"kind":"window_opened","window":"w1","clerk":"li"}',
    (
        f'{{"kind":"ticket_called","ticket":"{TICKET}","number":"A001","window":"w1",'
        f'"speech":{SPEECH}}}'
    ),
    (
        f'{{"kind":"ticket_recalled","ticket":"{TICKET}","number":"A001","window":"w1",'
        f'"speech":{SPEECH}}}'
    ),
    f'{{"kind":"service_started","ticket":"{TICKET}"}}',
    f'{{"kind":"ticket_finished","ticket":"{TICKET}"}}',
    '{"kind":"window_paused","window":"w1"}',
    '{"kind":"window_closed","window":"w1"}',
    (
        f'{{"kind":"alert_raised","alert":"{TICKET}","rule":"crowded","subject":"waiting",'
        '"value":9.0,"threshold":4.0,"text":{"zh":"多","en":"many"},"advice":[{"action":"open_window",'
        '"window":"w2","text":{"zh":"开","en":"open"}}]}'
    ),
    f'{{"kind":"alert_acknowledged","alert":"{TICKET}"}}',
    f'{{"kind":"alert_applied","alert":"{TICKET}"}}',
    f'{{"kind":"alert_dismissed","alert":"{TICKET}"}}',
    f'{{"kind":"alert_cleared","alert":"{TICKET}","value":0.0}}',
)


def write(path: Path) -> None:
    """Every kind of event of that release, an answer, an account, a session and a device."""
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    for seq, event in enumerate(EVENTS, 1):
        row = f"018f0000-0000-7000-8000-{seq:012d}"
        kind = event.split('"')[3]
        body = (
            f'{{"id":"{row}","at":"2026-03-02T04:00:{seq:02d}.000Z","actor":"li","event":{event}}}'
        )
        connection.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (seq, row, kind, body))
    connection.execute(
        "INSERT INTO answers VALUES ('device:k', 'key', ?, '{}', '2026-03-02 04:00:00.000000')",
        (b"f" * 32,),
    )
    connection.execute("INSERT INTO staff VALUES ('li', 'clerk', 'hash')")
    connection.execute(
        "INSERT INTO sessions VALUES (?, 'li', '2026-03-02 16:00:00.000000')", (b"s" * 32,)
    )
    connection.execute("INSERT INTO devices VALUES ('kiosk-1', ?)", (b"d" * 32,))
    connection.commit()
    connection.close()
