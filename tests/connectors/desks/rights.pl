use lib '/usr/share/request-tracker5/lib', '/usr/local/share/request-tracker5/lib';
use RT; RT::LoadConfig(); RT::Init();
my $queue = RT::Queue->new(RT->SystemUser); $queue->Load('General');
my $all = RT::Group->new(RT->SystemUser); $all->LoadSystemInternalGroup('Everyone');
my $ours = RT::Group->new(RT->SystemUser); $ours->LoadSystemInternalGroup('Privileged');
$all->PrincipalObj->GrantRight(Right => $_, Object => $queue) for qw(CreateTicket ReplyToTicket SeeQueue);
$ours->PrincipalObj->GrantRight(Right => $_, Object => $queue)
  for qw(ShowTicket ShowTicketComments ReplyToTicket CommentOnTicket ModifyTicket OwnTicket TakeTicket SeeQueue CreateTicket);
