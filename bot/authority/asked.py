"""Which deeds each move and each verb is made of: all of them are asked for."""

from collections.abc import Mapping

from bot.authority.deeds import Deed, Who
from bot.mention import Action

HOLDING = (Deed.READ, Deed.HOLD)
ANSWERING = (Deed.READ, Deed.WRITE, Deed.HOLD)
SETTLING = (Deed.READ, Deed.WRITE)
BY_THE_BOT = (Deed.OPERATE,)
ACTIONS: Mapping[Action, tuple[Deed, ...]] = {
    **dict.fromkeys((Action.CLAIM, Action.SEE, Action.NOTE, Action.ACKNOWLEDGE), (Deed.READ,)),
    **dict.fromkeys((Action.PRIORITY, Action.TOPIC), (Deed.READ,)),
    **dict.fromkeys((Action.CLOSE, Action.GIVE, Action.SNOOZE), HOLDING),
    Action.WITHDRAW: (Deed.READ, Deed.UNDO),
    Action.RELEASE: (Deed.READ, Deed.PUT_BACK),
    Action.ACCEPT: (Deed.READ, Deed.ACCEPT),
    Action.DECLINE: (Deed.READ, Deed.DECLINE),
    Action.UNAVAILABLE: (Deed.NOT_AVAILABLE,),
    Action.REPLY: (*ANSWERING, Deed.PUBLISH),
    Action.ANSWERED: ANSWERING,
    Action.SUBMIT: ANSWERING,
    Action.APPROVE: (Deed.READ, Deed.APPROVE),
    Action.SEND_BACK: (Deed.READ, Deed.APPROVE),
    Action.RECALL: (Deed.READ, Deed.RECALL),
    **dict.fromkeys((Action.SENT, Action.NOT_SENT, Action.UNSURE), SETTLING),
    Action.RESEND: (*SETTLING, Deed.PUBLISH),
    Action.HIDE: (Deed.READ, Deed.HIDE),
    Action.SHOW_AGAIN: (Deed.READ, Deed.HIDE),
    Action.REVIEW: (Deed.READ, Deed.REVIEW),
    Action.LIKE: (Deed.READ, Deed.PUBLISH),
    Action.TAKE_DOWN: (Deed.READ, Deed.TAKE_DOWN),
    Action.CORRECT: (Deed.READ, Deed.WRITE, Deed.CORRECT),
    Action.OWE: (Deed.READ,),
    Action.OWED_DONE: (Deed.READ, Deed.TICK),
    Action.RIGHT: (Deed.READ,),
    Action.KEEP: (Deed.READ,),
    Action.LET_GO: (Deed.READ, Deed.LET_GO),
    **dict.fromkeys((Action.EXPIRE, Action.WAKE, Action.REOPEN, Action.ESCALATE, Action.TARGET), BY_THE_BOT),
    **dict.fromkeys((Action.ADD, Action.EDIT, Action.GONE, Action.ELSEWHERE, Action.CONFIRM, Action.ERASE), BY_THE_BOT),
    Action.SAID_TO_US: BY_THE_BOT,
}
"""What a person who asks for a move needs, all of it. The bot's own moves are judged by the table of moves alone."""

VERBS: Mapping[str, tuple[Deed, ...]] = {
    **dict.fromkeys(("queue", "next", "find", "report", "help", "menu", "home", "look", "heard", "add"), (Deed.ASK,)),
    **dict.fromkeys(("handover", "accounts", "duty", "rota", "ready", "shift", "watch", "saved"), (Deed.ASK,)),
    **dict.fromkeys(("show", "record", "why"), (Deed.READ,)),
    "claim": ACTIONS[Action.CLAIM],
    "release": ACTIONS[Action.RELEASE],
    "reply": ANSWERING,
    "close": ACTIONS[Action.CLOSE],
    "note": ACTIONS[Action.NOTE],
    "give": ACTIONS[Action.GIVE],
    "accept": ACTIONS[Action.ACCEPT],
    "decline": ACTIONS[Action.DECLINE],
    "snooze": ACTIONS[Action.SNOOZE],
    "priority": ACTIONS[Action.PRIORITY],
    "topic": ACTIONS[Action.TOPIC],
    "acknowledge": ACTIONS[Action.ACKNOWLEDGE],
    "unavailable": ACTIONS[Action.UNAVAILABLE],
    "undo": ACTIONS[Action.WITHDRAW],
    "done": ACTIONS[Action.ANSWERED],
    "settle": ACTIONS[Action.SENT],
    "stop": (Deed.STOP,),
    "start": (Deed.START,),
    "leaver": (Deed.HAND_ON,),
    "departed": BY_THE_BOT,
    "approve": (Deed.READ,),
    "send_back": ACTIONS[Action.SEND_BACK],
    "recall": ACTIONS[Action.RECALL],
    **dict.fromkeys(("approvals", "trust", "rights", "keep"), (Deed.ASK,)),
    "promise": ACTIONS[Action.OWE],
    "tasks": (Deed.ASK,),
    "hide": ACTIONS[Action.HIDE],
    "like": ACTIONS[Action.LIKE],
    "unsay": ACTIONS[Action.TAKE_DOWN],
    "correct": ACTIONS[Action.CORRECT],
}
"""What every verb needs; ``WAYS`` has what some words after it need besides."""
WAYS: Mapping[str, tuple[Deed, ...]] = {
    **dict.fromkeys(("rota edit", "rota add", "rota end", "duty put"), (Deed.CHANGE_ROTA,)),
    "duty take": (Deed.COVER,),
    "duty withdraw": (Deed.UNCOVER,),
    **dict.fromkeys(("handover last", "handover find"), (Deed.READ_HANDOVERS,)),
    "shift write": (Deed.HAND_OVER,),
    "shift accept": (Deed.TAKE_OVER,),
    "accounts verified": (Deed.VERIFY,),
    "settle again": ACTIONS[Action.RESEND],
    **dict.fromkeys(("trust give", "trust take"), (Deed.TRUST,)),
    "tasks all": (Deed.SEE_ALL_OWED,),
    **dict.fromkeys(("tasks done", "tasks later", "tasks give", "tasks broken"), ACTIONS[Action.OWED_DONE]),
    **dict.fromkeys(("hide keep", "hide renew"), ACTIONS[Action.REVIEW]),
    "hide show": ACTIONS[Action.SHOW_AGAIN],
    "hide threat": (*ACTIONS[Action.HIDE], Deed.HIDE_THREAT),
    **dict.fromkeys(("approve press", "approve change"), ACTIONS[Action.APPROVE]),
    "reply send": ACTIONS[Action.REPLY],
    **dict.fromkeys(("watch make", "watch change", "watch extend"), (Deed.WATCH,)),
    "watch stop": (Deed.END_WATCH,),
    **dict.fromkeys(("saved approve", "saved withdraw"), (Deed.APPROVE_SAVED,)),
    **dict.fromkeys(("saved edit", "saved renew", "saved give", "saved end"), (Deed.KEEP_SAVED,)),
    "rights put": ACTIONS[Action.RIGHT],
    **dict.fromkeys(("rights end", "rights pause", "rights resume", "rights extend", "rights give"), (Deed.READ, Deed.TICK)),
    "keep put": ACTIONS[Action.KEEP],
    "keep end": ACTIONS[Action.LET_GO],
}

OF_WHOSE_IT_IS = frozenset({Deed.HOLD, Deed.PUT_BACK, Deed.UNDO, Deed.ACCEPT, Deed.DECLINE})
OWNERS = OF_WHOSE_IT_IS - {Deed.ACCEPT, Deed.DECLINE}
OWNERS_ONLY = frozenset(action for action, deeds in ACTIONS.items() if not OWNERS.isdisjoint(deeds))
"""What only the owner (or one who may override) does while somebody holds the mention."""
OVERRIDING = frozenset({Who.LEAD, Who.DUTY, Who.CONCERNED})
