"""What the guards look for in the words around a hit. All of it over folded text (lower case, single spaces)."""

from __future__ import annotations

import re

QUOTED = re.compile(
    r'"[^"\n]{1,600}"'
    r"|(?:^|(?<=\n)) ?>[^\n]*"
    r"|-{3,} ?(?:original message|urspr(?:ü|ue)ngliche nachricht|mensaje original)[\s\S]*"
    r"|(?:^|(?<=\n))(?:on|am|el) [^\n]{5,120} (?:wrote|schrieb(?: [^\n:]{1,80})?|escribi[óo](?: [^\n:]{1,80})?):[\s\S]*"
    r"|(?:(?<=[\s(])|^)'(?=\w)[^'\n]{2,200}[^\s']'(?=[\s.,;:!?)]|$)"
)

NEGATION = re.compile(
    r"(?:\b(?:not|never|no|without|hardly|barely|cannot|nobody|neither|nor|dont|didnt|isnt|wasnt"
    r"|doesnt|cant|wont|wouldnt|aint)\b|n't\b)"
    r"(?! (?:only|just|problem|worries|doubt|wonder|idea)\b)"
    r"(?:[ -][\w']+){0,4} ?$"
)
AGREES = re.compile(
    r"^ ?(?:(?:yeah|yes|oh|ah|well|honestly|and) )*no,? (?=(?:he|she|they|you|it|i|that|we|the|your)\b|$)"
)
REPORTED = re.compile(
    r"\b(?:he|she|they|we|you|who|guy|lady|man|woman|agent|colleague|rep|manager|boss|friend|wife"
    r"|husband|mother|mom|mum|dad|neighbou?r|people|everyone|everybody|person|driver|email|message"
    r"|letter|sign|website|page|bot|recording|voice|customer|client|team|support|pilot|nurse|waiter|courier|daughter|son|kids|doctor|dentist"
    r"|teacher|lawyer|survey|poster|slogan|i)"
    r"(?: (?:just|only|even|also|already|always|then|actually|keeps?|kept|had|has|have|was|were"
    r"|could|would|didn't|did|never))*"
    r" (?:says?|said|saying|tells?|told|telling|wrote|writes|replied|answered|shouted|yelled"
    r"|called|calling|calls|claims?|claimed|promised)"
    r"(?: (?:me|us|him|her|them|you|that|it|the|customer|his|their|my))* ?[,:]? ?(?:(?:that )?there (?:is|was) |i should )?$"
)
REPORTED_AFTER = re.compile(r"^[^.!?,]{0,80}, (?:it )?(?:says|said|reads)\b(?! thank)")
SAY = re.compile(
    r"\b(?:to say|say|saying|says|said|hear|heard|an?|the word|the words|write|type|typing|called"
    r"|simple|single|proper|mere|ended with|ends with|signed off with|means|mean by|press|click|button|option|template|macro|field|label|subject line)"
    r":? ?$"
)
HYPOTHETICAL = re.compile(
    r"\b(?:if|unless|whether|could have|could've|should have|should've|would have|would've"
    r"|would be|might be|supposed to be|wish|expected?|expecting|hoping for|was hoping)"
    r"(?: [\w']+){0,6} ?,? ?$"
)
SARCASM_BEFORE = re.compile(
    r"\b(?:yeah,? right|oh joy|gee|slow clap|another|yet another|so much for(?: your| the)?"
    r"|some|your so-called|so-called|if that's what you call|you call (?:this|that))\b[\s,.!-]*$"
)
IRONIC = re.compile(
    r"\b(?:oh,? |well,? |just |that's )?(?:wow|great|brilliant|fantastic|wonderful|lovely|perfect"
    r"|nice|super|congrats|congratulations|bravo)\b[\s,.!-]*$"
)
SOUR = re.compile(
    r"n't\b|\b(?:not|nothing|never|still|another|again|no (?:reply|help|refund|answer)|wrong"
    r"|delay(?:s|ed)?|broken|worse|lost|late|cancell?ed|useless|hours|failed|nobody)\b"
)
SARCASM_AFTER = re.compile(
    r"^[\s,.!-]*(?:now (?:i|we)(?:'ve| have) (?!got it|all|everything|understood)|(?:[a-z]+ )?you(?:'ve| have) (?:broken|wiped|drained|lost|ruined"
    r"|killed|cut|blocked|deleted|cancelled|locked|charged|overcharged|cost) |for nothing|for all the nothing|\.\.\. ?not\b|- ?not\b|not!|/s\b|eh\?|huh\b"
    r"|i guess|i suppose|my (?:ass|arse|foot)|yeah right|as if\b|as usual|as always,? (?:late|wrong)"
    r"|\(not\)|🙄|🙃|#fail|#not)"
)
SARCASM_MESSAGE = re.compile(
    r"🙄|🙃|\byeah,? right\b|\bslow clap\b|\bnot!+|(?:^|\s)/s\b|#fail\b|#sarcasm|thanks for nothing"
    r"|\bnot\b[.! ]*$"
)

NOT_AIMED = re.compile(
    r"(?:\bnot (?:saying|calling|that)|\b(?:don't|do not|didn't|never) (?:think|mean|say|call)"
    r"|\b(?:called|calls|calling) (?:me|us|him|her|them)|\bmakes? me feel like|\bfeel like)"
    r"(?: [\w']+){0,3} ?$"
)
EXCUSED = re.compile(
    r"\b(?:sorry|apolog(?:y|ies|i[sz]e)|my (?:mistake|bad)|wait|one moment|a moment|a minute|hold on"
    r"|bear with|delay|slow|inconvenience|patience)\b"
)
AT_YOU = re.compile(
    r"\b(?:fuck|f+u+c+k+|fck|f\*+k?|screw|damn|piss|sod|bugger) (?:you|u|off|yourself|yourselves|urself)\b(?! over)"
    r"|\byou(?:'re| are|r)? (?:[a-z]+ ){0,4}(?:assholes?|arseholes?"
    r"|bitch(?:es)?|bastards?|wankers?|dickheads?|pricks?|cunts?|twats?|fuckers?|motherfuckers?"
    r"|fuckwits?|shitheads?|pieces? of shit|shit)\b|\beat shit\b"
)
LEGEND = re.compile(
    r"\b(?:legends?|stars?|hero(?:es)?|amazing|awesome|brilliant|fantastic|great|genius|best"
    r"|life ?saver|angel|wonderful|thank|thanks|cheers|love|perfect|good)\b"
)
SETTLED = re.compile(
    r"\b(?:but (?:you|she|he|they|it|that|now|it's|[a-z]+) (?:(?:was|were|is|are|has|have|all|now"
    r"|really|quickly|soon) )*(?:sorted|fixed|solved|resolved|made (?:it|everything) (?:right|better)"
    r"|kind|helpful|lovely|great|works?(?: now)?|all good|turned (?:it|things) around|saved)"
    r"|and (?:your|the) [a-z]+ (?:had|got) (?:it|them|us) (?:running|going|fixed|working|mended|back)"
    r"|because i (?:sat|dropped|spilt|spilled|stood|trod|left|broke)|(?:i've|i have|we've) (?:now )?(?:fixed|mended|sorted) it"
    r"|but (?:[a-z']+ ){1,8}(?:within (?:the|an) hour|in no time|straight away|the same day|before i could)|(?:and|but|then) (?:it|they|you) gets? better"
    r"|but (?:(?:the|your|that|this) )?[a-z]+ (?:(?:really|actually|finally|at least|still) )+(?:did"
    r"|does|do|was|were|is|are|came|come|helped|tried|listened|got|made)"
    r"|(?:is|it's|has been|was) (?:all )?(?:sorted|fixed|resolved|working) now)\b"
)
OF_SELF = re.compile(
    r"\b(?:my (?:english|spelling|typing|memory|eyesight|handwriting|fault|mistake|bad|cooking"
    r"|own)|i'm (?:terrible|awful|useless|rubbish|bad|horrible) (?:at|with)"
    r"|(?:my|our|the) (?:last|old|previous|former|ex|other) (?:[a-z]+ )?(?:company|bank|airline|provider|shop|hotel|supplier|insurer"
    r"|phone|boss|landlord|job|doctor|flat|school|one)|(?:at|with|by|from) another (?:bank|company|airline|provider|shop|hotel|supplier|insurer|garage|clinic)|(?:film|movie|book|novel|song|concert|match|exhibition|exam)(?:'s| is| was| were))\b"
)
DENIED = re.compile(
    r"\b(?:not going to|not gonna|(?:isn't|aren't|wasn't) (?:going to|gonna)|won't|never|wouldn't|would never|don't want to|not (?:here|trying)"
    r" to|did not|didn't) (?:[a-z]+ ){0,3}(?:kill|hurt|harm|hit|punch|slap|shoot|stab|find|attack|rip|break|beat|bite)"
)
GRIEVANCE = re.compile(
    r"\b(?:worst|unacceptable|disgusting|disgrace(?:ful)?|appalling|atrocious|ridiculous|pathetic"
    r"|shameful|horrible|horrendous|terrible|awful|shambles|joke of a|useless|incompetent"
    r"|never (?:again|fly|use|buy|book|order|shop)ing?|rip-?off|scam|ruined|lost my|losing my"
    r"|lost our|(?:still|been) (?:waiting|on hold|no (?:reply|answer|response|refund))"
    r"|wait(?:ed|ing) (?:for )?(?:over |more than |almost |nearly )?(?:\d+|two|three|four|five|six)"
    r" (?:hours?|hrs?|days|weeks|months)|on hold for|hung up on|nobody (?:answers|replies|helps)"
    r"|no one (?:answers|replies|helps|cares)|cancell?ed (?:my|our) (?:flight|order|booking|trip)"
    r"|third time|fourth time|fifth time|yet again|wasted?|wasting|broken again|down again"
    r"|late again|delayed again|another delay|third delay|more delays)\b"
)

IN_PASSING = re.compile(
    r"\b(?:at my (?:desk|house|mum's|office)|in (?:an?|one|two|five|ten|\d+) (?:minutes?|mins?|hours?|hrs?|sec(?:ond)?s?)"
    r"|in a (?:min(?:ute)?|sec(?:ond)?|bit|moment|while)|on the (?:line|phone)|the rest of my"
    r"|to (?:collect|pick up|get|fetch|return|exchange|sort|finish|check|pay|sign|see if)\b"
    r"|(?:home|tomorrow|tonight|later|online)\b|(?:at|by|after|before) (?:\d|two|three|four|five|six|noon|lunch|work)"
    r"|(?:with|for) (?:the|my|a) (?!family|kids|wife|husband|friends|next|best|whole|same|reason|lifetime|long|ride|foreseeable|first|second|third|fourth|fifth|sixth|tenth|great|good|lovely)[a-z]+|(?:when|once|if|as soon as) (?:the|my|i|it|you) (?!next|am|visit)"
    r"|my (?:passport|password|card|library|licen[cs]e|stay|visa|prescription|id|parking|domain|shoes|order)|voucher|coupon|the (?:shoes|car|item|book|keys|parcel)"
    r"|automatic(?:ally)?|(?:your|the) (?:competitors?|competition|rivals?)|another (?:bank|company|shop))"
)
LOYALTY_TERMS = re.compile(
    r"\b(?:loyalty (?:schemes?|cards?|points?|program(?:me)?s?|app|account|discount|tier)|(?:how many|how much|do|does|is there|are there|what)"
    r" [^.!?]{0,40}(?:loyal|regular|returning|repeat) customers?|(?:i'm|i am|im|we're|we are) (?:[a-z]+ ){0,2}(?:leaving|cancell?ing|switching"
    r"|moving elsewhere|done|off|out)(?= ?[.!,]|$| with| to| because)|(?:see|meet) you (?:again )?in court"
    r"|los(?:t|e|ing) (?:a|an|another|your) (?:[a-z-]+ ){0,2}customers?|the same (?:error|problem|issue|page|fault|queue))\b"
)
ANOTHERS = re.compile(
    r"\b(?:(?:my|his|her|their|our|the|a|your) (?:[a-z]+ )?(?:neighbou?r|sister|brother|mother|mum|mom|dad"
    r"|father|friend|boss|colleague|cousin|aunt|uncle|husband|wife|son|daughter|flatmate|roommate"
    r"|customer|client|guest|passenger)s?|he|she|they|someone|somebody|people|who|some (?:people|customers))"
    r"(?:'s| is| are| was| were| has| have| had| will|'ll)?(?: [a-z']+){0,3} ?$"
)

GRUDGING = re.compile(
    r"\b(?:at least (?:he|she|they|you|it|the)|i suppose|i guess|supposedly|allegedly|so-called|nearly laughed"
    r"|(?:made|makes|making) me laugh|have to laugh|the irony|all (?:i|we) (?:ask|want|need|expect)|is it too much"
    r"|if you (?:like|enjoy|love|want to|fancy|are into)|(?:web ?site|ad|advert|brochure|slogan|banner|poster|homepage"
    r"|leaflet|flyer|recording|voice|message|e?-?mail|letter|bot)s? (?:says?|said|claims?|promised?|promises|keeps?|reads?)"
    r"|(?:you|your [a-z]+) (?:promised?|promises|advertised?|claimed?|boast)|(?:last|other|previous|old|former|next)"
    r" (?:airline|bank|hotel|company|provider|agent|shop|one|place|guy|lady|person)|unlike (?:you|yours?|this)"
    r"|(?:your |the )?(?:competitors?|competition|rivals?)'?s? (?:service|support|staff|team|is|are|was|were|has|have)"
    r"|i(?:'d| would) (?:call|say|give|rate|praise|thank)(?: [a-z]+){1,8} if|paid (?:for |extra )?(?:five|5|four|4)[ -]stars?"
    r"|(?:minutes|hours) of hold music"
    r"|but (?:nothing|nobody|no one|no help|in the end nothing|you (?:are|were|'re) not|not (?:you|very|at all)"
    r"|(?:that|it|this|which) (?:doesn't|didn't|does not|isn't|won't)|still (?:no|not|nothing|waiting|broken)"
    r"|(?:i'm|i am|we're) still|the (?:problem|issue) (?:is|remains))|i hate it|very little|is still (?:in|lost|missing|not)"
    r"|(?:my|our) [a-z]+ (?:is|are) (?:still|now) (?:in|at|lost|missing|broken|gone|not)|lost my [a-z]+ twice"
    r"|(?:at|by|with) how (?:rude|slow|bad|useless|little|badly|poorly|unhelpful|long|hard|difficult|few)"
    r"|for (?:finally|only) [a-z]+ing (?:[a-z]+ ){0,3}(?:after|in|within|once)|treat(?:ed|ing|s)? (?:me|us|people|customers) (?:like|as if)"
    r"|(?:caring|care|doing|helping|listening|trying) so (?:very )?little|thank you,? next|for the memories"
    r"|(?:i'm|i am|im|we're|we are) (?:cancell?ing|leaving you|going elsewhere|closing (?:my|our))"
    r"|(?:kind|nice|good|generous|thoughtful|professional|helpful) (?:to|of (?:you|him|her|them) to)"
    r" (?:steal|charge|lose|ignore|keep|hang|laugh|take my|make me|leave|cancel|block|shout))\b"
)

SOURED = re.compile(
    r"\b(?:los(?:t|ing) (?:my|our)|(?:to|at) the wrong|wrong (?:house|address|person|size|order|item|city|room|date)"
    r"|(?:hours?|days|weeks|months) (?:late|and (?:no|still|not)|on hold|of (?:waiting|silence|hold))"
    r"|no (?:answer|reply|refund|response|show)|hung up|ignor(?:ed|ing)|charged? (?:me |us )?(?:twice|double)"
    r"|not (?:one|a single)|only took|(?:nobody|no one) (?:picked|came|answered|called|showed|replied)"
    r"|never (?:came|arrived|called|answered|showed|replied)|for (?:ruining|wasting|losing|breaking))\b"
)
MENDED = re.compile(
    r"\b(?:sorted|fixed|solved|resolved|found (?:it|my|our)|helped|got (?:it|my|our|me)|refunded|replaced|rebooked"
    r"|saved|after (?:all|i|my|the)|thank|when (?:i|my|we|the)|even though|despite|finally)\b"
)
TURNED = re.compile(
    r"\b(?:anything but|far from|none of (?:you|your|them|the)|nowhere near|not exactly|less than|can't say|cannot say"
    r"|couldn't say|no ?one|nobody|never had|aren't you|isn't (?:he|she|that)|hardly|had (?:you|he|she|they|it)"
    r"|(?:you|he|she|they|it|who|that|could|might|would)(?:'d| would| could| might) (?:be|have (?:been|given))"
    r"|i(?:'d| would) have|wish (?!to)|hope|who(?:'s| is) (?:the|a)|need(?:s)? (?:a |some )?(?:better|more|good)"
    r"|(?:don't|do not|didn't|doesn't|never) (?:think|believe|feel|find|call|consider))\b[^,.;!?]{0,60}$"
)

CALLING = re.compile(
    r"\b(?:call(?:ing|ed|s)?|label(?:l?ing|l?ed|s)?|names? like|words? like|terms? like|branded|shout(?:ing|ed)?|yell(?:ing|ed)?"
    r"|scream(?:ing|ed)?|say(?:ing|s)?|said|treat(?:ing|ed)?|insult(?:ing|ed)?|mock(?:ing|ed)?)"
    r"(?: (?!me back|yourself|yourselves|urself)[\w']+){1,3}? (?:an? |as |like |as if (?:he|she|they|i)(?:'s| is| are|'re|'m| am) )*"
    r"(?:[\w-]+ )?[\w-]+$"
)
ABUSE_NAMED = re.compile(
    r"\b(?:call(?:ing|ed|s)?|say(?:ing|s)?|names?|name-calling|insult(?:s|ed|ing)?|slurs?|words?|language|shout(?:ing|ed|s)?"
    r"|swear(?:ing|s)?|swore|racis[mt]|sexis[mt]|bull(?:y|ying|ies)|abus(?:e|ed|ive)|tell(?:ing|s)?|told|speak(?:ing)?"
    r"|spoke|talk(?:ing|ed)?|treat(?:ing|ed|s)?|hate|offen(?:ded|sive|ds?)|mock(?:ing|ed)?|laugh(?:ing|ed)? at)\b"
)
AGAINST_ABUSE = re.compile(
    r"\b(?:not (?:ok|okay|acceptable|funny|nice|right|cool|fair|true|a nice|kind|on)|isn't (?:ok|okay|acceptable|funny|nice|right|cool|fair"
    r"|kind|on)|(?:don't|do not|stop|quit|never|shouldn't|should not|mustn't|can't|nobody should|no ?one should|nobody deserves"
    r"|no ?one deserves|how dare|who are (?:you|they) to|please don't|you can't|why (?:would|do|did) (?:you|he|she|they|anyone|people))"
    r" (?:ever |just |go around |let (?:him|her|them|anyone) |to be |be )*(?:call|say|speak|talk|shout|swear|insult|treat|laugh|mock|use|tell|hear|joke)"
    r"|deserves? (?:better|respect|to be)|offensive|hurtful|disrespectful|uncalled for|out of line|unfair to|cruel to|mean to|racist|sexist"
    r"|(?:i|he|she|they|we)(?:'m| am|'s| is|'re| are) (?:not|n't|no)|isn't (?:stupid|dumb|lazy|useless)|apologi[sz]e (?:to|for)|report(?:ed|ing)?"
    r"|stand(?:ing)? up for|that word|that kind of (?:talk|language)|i won't have|leave (?:him|her|them|the poor) alone)\b"
)

HARMLESS = re.compile(
    r"\b(?:game|games|gaming|level \d+|films?|movies?|series|episode|novel|books?|song|lyrics|character|the play|netflix|minecraft"
    r"|fortnite|xbox|playstation|zombies?|luggage|hand baggage|checked bag|carry-?on|toolbox|kit come|knife set|gun (?:safe|licen[cs]e|shop)"
    r"|(?:find|meet|get|catch|see) (?:you|u) at (?:gate|platform|terminal|table|stand|booth|counter|door|\d)"
    r"|where you are,? (?:next to|near|behind|opposite|located|based|on the)|gets? hurt (?:on|by|because|from|if (?:this|that|it|the))"
    r"|(?:outside|here|there) for (?:the|a|my|our) (?:[a-z]+ )?(?:taxi|cab|bus|train|lift|ride|driver|courier|engineer|delivery|parcel)"
    r"|bath bombs?|hammer and|to the (?:punch|price)|beat (?:you|u) to|beat (?:the|that|any|your) (?:price|offer|quote|deal)"
    r"|losing (?:me|my|us|our|a|this)|lose (?:me|my|us|our) (?:as|business|custom)|my (?:business|custom) elsewhere|a (?:bad|one[- ]star|negative) review"
    r"|lawyers?|solicitor|small claims|ombudsman|trading standards|consumer court|in court|to court"
    r"|(?:he|she|they|someone|somebody|a (?:man|customer|guy|stranger)|my (?:ex|neighbou?r)) (?:said|says|told|threatened|keeps|wrote|shouted|has been)"
    r"|(?:husband|wife|boss|mum|mom|mother|dad|girlfriend|boyfriend|kids|daughter|boyfriend) (?:will|is going to|would|'ll|gonna) (?:kill|murder) me"
    r"|of (?:laughter|boredom|hunger|embarrassment|thirst)|(?:lol|haha|just kidding|joking)|with (?:my|the) (?:papers|passport|receipt|id|documents|form))\b"
)
FRIENDLY = re.compile(
    r" ?(?:at the (?:desk|counter|gate|entrance|reception|till|bar|station|airport)|on (?:the map|linkedin|facebook|instagram|google|time|your website)"
    r"|for (?:the|a|my) (?:taxi|bus|parcel|driver|courier|delivery|lift|coffee|cab|train)|an? (?:offer|deal|better|good|nice|copy|link|coffee|seat|photo|picture|cake)"
    r"|the (?:photo|form|link|details|receipt|number|way|email|picture|one|ticket)|to it\b|in the (?:queue|lobby|app|store|shop|list|game|directory)"
    r"|my (?:number|details|receipt|card|order)|some (?:flowers|cake|chocolates|photos)|and (?:say|tell you) (?:thanks|thank|hi|hello)"
    r"|is,? see you|through the|very (?:well|easily)|easily)"
)

MILD = re.compile(
    r"\b(?:(?:good enough|fair|right|acceptable|professional)$|happy (?:with|about|at all)\b|satisfied\b|impressed\b)"
)
MILD_DENIED = re.compile(r"\b(?:not|ain't|never|hardly)\b|n't\b")
VERDICT = re.compile(
    r"(?:(?:this|that|it|which|what(?: an?| kind of| sort of)?|your|ur|una|y'all|service|experience|support|company|staff|place|app"
    r"|flight|hotel|food)(?:'s| is| was| are| were| has been| a| an)?\b(?! (?:nonsense|poor|useless|shit|crap|bullshit|fraud|robbery)\b)"
    r"|(?:such|absolutely|absolute|completely?|total|totally|utter|utterly|beyond|pure|frankly|downright|ain't|isn't|not)\b"
    r"|(?:i'm|i am|im|we're|we are|i feel|i've been|i was|we were|left|feeling|i|we)\b"
    r"|(?:[a-z]+ ){1,4}(?:fed up|sick|enough|furious|livid|disappointed|disgusted|unhappy|dissatisfied|frustrated|annoyed|appalled"
    r"|outraged|fuming|pissed|seething|shocked|dismayed|displeased|angry|irritated|vexed|insulted|humiliated|cheated|ripped|scammed)\b)"
)
OURS = re.compile(
    r"\b(?:your?|ur|service|customer|company|staff|support|web ?site|app|product|delivery|refund|management|quality|food|meal|room"
    r"|shower|bed|driver|courier|crew|waiter|waitress|wait|queue|prices?|fees?|policy|policies|system|process|shop|store|airline|hotel"
    r"|bank|flight|coffee|pizza|agent|call|line|communication|attitude|treatment|experience|business|complaint|response"
    r"|bus|train|ferry|seats?|internet|wifi|connection|signal|order|parcel|package|packaging|engineer|branch|restaurant)\b"
)


LITERAL = re.compile(
    r"\b(?:bloody (?:nose|bandage|gums?|wound|stool|discharge|knees?|knuckles|urine|cough|eyes?|lips?|hands?|diarrh[a-z]+|tissue|steak"
    r"|mary|sunday|footprint|sock|towel|toe|finger|plaster|after|from|at the edges)|(?:is|was|are|looks) bloody(?= ?[.,]| after| from| and swollen)"
    r"|(?:the|an) ass and|ass(?:es)? milk|ass and (?:the )?ox|bitch (?:had|has|is (?:pregnant|in heat)|and (?:her|the) pup)|pupp(?:y|ies)|whelp|litter of"
    r"|hell's kitchen|dick (?:van|smith|whittington|tracy))\b"
)

NOT_LEAVING = re.compile(
    r"\b(?:what (?:happens|if)|what would happen|is it possible"
    r"|(?:do|will|would) i (?:have to|need to|get|lose)|if i (?:cancel|close|leave|switch|were to)|what (?:is|are) the (?:fee|fees|notice|terms|charge)"
    r"|leaving (?:a|my|the|you a) (?:review|comment|note|message|tip|rating|bag|key|house|hotel|voicemail)"
    r"|(?:another|a new|a different|to the|the other) (?:city|town|country|house|flat|address|apartment|table|seat|room|date|day|time|size|colou?r"
    r"|plan|gate|platform|browser|device|terminal)|(?:that|this|the) (?:password|pin|recipe|charger|cable|detergent|code|colou?r|size|flavou?r)"
    r"|to (?:another|a different|my other) (?:[a-z]+ )?account"
    r"|my (?:order|appointment|table|lesson|parcel)|not (?:leaving|cancell?ing|closing|switching)|don't want to (?:leave|cancel|close|switch))\b"
)
